import * as fc from 'fast-check';
import {
  decodeSafetensors,
  encodeSafetensors,
  parseSafetensors,
} from '../../../runners/formats/safetensors.ts';
import { corpusFiles } from '../corpus.ts';
import { jsonText, mutateBytes, mutateJson, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget, readOrRefused } from '../target.ts';

const made = [
  encodeSafetensors({ tensors: {}, metadata: {} }),
  encodeSafetensors({
    tensors: {
      'conv1.weight': {
        dtype: 'float32',
        shape: [2, 3, 1, 1],
        data: Float32Array.from({ length: 6 }, (_, i) => i / 7),
      },
      'bn1.bias': { dtype: 'float32', shape: [2], data: Float32Array.of(1, -1) },
      'bn1.num_batches_tracked': { dtype: 'int32', shape: [], data: Int32Array.of(7) },
      empty: { dtype: 'float32', shape: [0, 4], data: new Float32Array(0) },
    },
    metadata: { format: 'pt', model: 'resnet8' },
  }),
];
const corpus = [...made, ...corpusFiles('safetensors')];
const parts = corpus.flatMap((bytes) => {
  try {
    const length = Number(Buffer.from(bytes).readBigUInt64LE(0));
    return [
      {
        header: JSON.parse(Buffer.from(bytes.subarray(8, 8 + length)).toString()) as unknown,
        data: bytes.subarray(8 + length),
      },
    ];
  } catch {
    return [];
  }
});
const words = [
  '"F32"',
  '"I32"',
  '"BF16"',
  '"F8_E4M3"',
  '"shape":',
  '"data_offsets":',
  '[0,0]',
  '"__metadata__":',
  '{',
  '}',
  ',',
  '[',
  ']',
  '"a":',
  '\\u0000',
  '1e3',
  '0.5',
  '-1',
];

interface Input {
  readonly form: 'bytes' | 'header';
  readonly recipe: Recipe;
  readonly pad: number;
}

function bytesOf({ form, recipe, pad }: Input): Uint8Array {
  if (form === 'bytes') return mutateBytes(corpus, recipe, words);
  const header = Buffer.from(
    jsonText(
      mutateJson(
        parts.map((part) => part.header),
        recipe,
      ),
    ) + ' '.repeat(pad % 8),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([
    length,
    header,
    (parts[recipe.seed % parts.length] as { data: Uint8Array }).data,
  ]);
}

export const target: FuzzTarget<Input> = {
  name: 'safetensors',
  short: 400,
  inputs: () =>
    fc.record({ form: fc.constantFrom('bytes', 'header'), recipe: recipes(), pad: fc.nat(7) }),
  show: bytesOf,
  run: async (input) => {
    const bytes = bytesOf(input);
    await readOrRefused(
      'fuzz.safetensors',
      () => parseSafetensors(bytes, 'fuzz.safetensors'),
      ({ tensors, metadata }) => {
        let covered = 0;
        for (const [name, { shape, bytes: content }] of tensors) {
          expect(name.length <= 4096, 'a name is short');
          expect(
            shape.every((side) => Number.isSafeInteger(side) && side >= 0),
            `a shape is ${shape}`,
          );
          covered += content.byteLength;
        }
        expect(covered <= bytes.byteLength, 'tensors lie in the file, each in its own place');
        expect(
          Object.values(metadata).every((value) => typeof value === 'string'),
          'metadata are texts',
        );
      },
    );
    await readOrRefused(
      'fuzz.safetensors',
      () => decodeSafetensors(bytes, 'fuzz.safetensors'),
      (file) => {
        for (const { shape, data } of Object.values(file.tensors)) {
          expect(
            shape.reduce((size, side) => size * side, 1) === data.length,
            'a shape fits its data',
          );
        }
        const again = encodeSafetensors(file);
        const twice = encodeSafetensors(decodeSafetensors(again, 'fuzz.safetensors'));
        expect(Buffer.compare(again, twice) === 0, 'what was written is read and written alike');
      },
    );
  },
};
