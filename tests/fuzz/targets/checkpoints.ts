import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { sha256 } from '../../../common/canonical.ts';
import {
  encodeSafetensors,
  readSafetensors,
  type SafeTensor,
} from '../../../runners/formats/safetensors.ts';
import {
  importCheckpoint,
  wantedWeights,
} from '../../../runners/weights/checkpoints/import-checkpoint.ts';
import { torchZip } from '../../runners/weights/checkpoints/torch-writer.ts';
import { corpusFiles } from '../corpus.ts';
import { mutateBytes, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget, readOrRefused } from '../target.ts';

/** A small network with one class. */
const small: Readonly<Record<string, SafeTensor>> = Object.fromEntries(
  wantedWeights('resnet8')
    .network(new Map())
    .params.map(({ name, torchShape }) => [
      name,
      {
        dtype: 'float32' as const,
        shape: torchShape,
        data: new Float32Array(torchShape.reduce((size, side) => size * side, 1)).fill(0.25),
      },
    ]),
);
const prefixes = ['', 'module.', 'student.', 'module.student.', 'architecture.', 'model.', 'ema_'];

interface Input {
  readonly form: 'safetensors' | 'zip';
  readonly prefix: string;
  readonly asked: string | undefined;
  /** Tensors that are left out, renamed, or of another shape. */
  readonly changes: readonly {
    readonly kind: number;
    readonly at: number;
    readonly value: number;
  }[];
  readonly recipe: Recipe;
}

function bytesOf({ form, prefix, changes, recipe }: Input): Uint8Array {
  const tensors: Record<string, SafeTensor> = {};
  for (const [name, tensor] of Object.entries(small)) tensors[`${prefix}${name}`] = tensor;
  for (const { kind, at, value } of changes) {
    const keys = Object.keys(tensors);
    const key = keys[at % keys.length];
    if (key === undefined) continue;
    const tensor = tensors[key] as SafeTensor;
    const length = value % 40;
    if (kind % 4 === 0) delete tensors[key];
    else if (kind % 4 === 1) tensors[`${prefixes[value % prefixes.length]}${key}`] = tensor;
    else if (kind % 4 === 2)
      tensors[key] = { dtype: 'float32', shape: [length], data: new Float32Array(length) };
    else {
      const data = Float32Array.from(tensor.data);
      data[at % Math.max(1, data.length)] = [Number.NaN, Number.POSITIVE_INFINITY, 1e38, 5e-324][
        value % 4
      ] as number;
      tensors[key] = { ...tensor, data };
    }
  }
  const bytes =
    form === 'zip' ? torchZip(tensors) : encodeSafetensors({ tensors, metadata: { format: 'pt' } });
  return mutateBytes([bytes, ...corpusFiles('checkpoints')], { ...recipe, seed: 0 });
}

export const target: FuzzTarget<Input> = {
  name: 'checkpoints',
  short: 20,
  inputs: () =>
    fc.record({
      form: fc.constantFrom('safetensors', 'zip'),
      prefix: fc.constantFrom(...prefixes),
      asked: fc.constantFrom(undefined, ...prefixes),
      changes: fc.array(fc.record({ kind: fc.nat(99), at: fc.nat(9999), value: fc.nat(9999) }), {
        maxLength: 3,
      }),
      recipe: recipes(2),
    }),
  show: bytesOf,
  run: (input, world) => {
    const file = world.file('fuzz.pth', bytesOf(input));
    const stored = join(world.folder, 'checkpoints');
    return readOrRefused(
      'fuzz.pth',
      () => {
        try {
          return importCheckpoint(file, 'resnet8', world.folder, { prefix: input.asked });
        } catch (cause) {
          expect(!existsSync(stored), 'a refused checkpoint leaves nothing in the store');
          throw cause;
        }
      },
      ({ sha256: digest, file: kept }) => {
        const names = readdirSync(stored).sort();
        expect(names.length === 2, `the store holds ${names.join(', ')}`);
        expect(sha256(readFileSync(kept)) === digest, 'the stored file has its checksum');
        for (const { data } of Object.values(readSafetensors(kept).tensors)) {
          expect(data.every(Number.isFinite), 'stored weights are finite');
        }
        world.expected('checkpoints');
      },
    );
  },
};
