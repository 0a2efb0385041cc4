import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { openZip } from '../../../runners/formats/torch-zip.ts';
import { whyNoWeights } from '../../../runners/weights/checkpoints/tensors.ts';
import { readTorchFile } from '../../../runners/weights/checkpoints/torch-file.ts';
import { weightGroups } from '../../../runners/weights/checkpoints/weight-groups.ts';
import { zipOf } from '../../runners/data/dense/trees.ts';
import { torchZip } from '../../runners/weights/checkpoints/torch-writer.ts';
import { corpusFiles } from '../corpus.ts';
import { mutateBytes, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget, readOrRefused, Violation } from '../target.ts';

const fixtures = join(import.meta.dirname, '../../runners/weights/checkpoints/fixtures');
const corpus = [
  ...['legacy-nested.pth', 'types.pth', 'zip-state-dict.pth', 'zip.pth'].map((name) =>
    readFileSync(join(fixtures, name)),
  ),
  torchZip({
    'conv1.weight': { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    'bn1.bias': { dtype: 'float32', shape: [2], data: Float32Array.of(1, -1) },
  }),
  ...corpusFiles('pickles'),
];

/**
 * The members of those that are zip files: within them the pickle is changed, and its checksum is
 * right again.
 */
const zips = corpus.flatMap((bytes) => {
  try {
    const zip = openZip(bytes, 'corpus');
    return [
      Object.fromEntries(
        zip.names.map((name) => [name, Buffer.from(zip.read(name) as Uint8Array)]),
      ),
    ];
  } catch {
    return [];
  }
});
const pickles = zips.map((members) => {
  const name = Object.keys(members).find((each) => each.endsWith('data.pkl')) ?? '';
  return members[name] ?? Buffer.alloc(0);
});

/**
 * Opcodes and short programs of them:
 * https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */
const words: readonly Uint8Array[] = [
  ...'().0127NRbcdeglopqrstu]}aIFJKMLSTUVXGhijkPQB\x80\x81\x82\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98',
  'cbuiltins\neval\n',
  'cos\nsystem\n',
  'ctorch._utils\n_rebuild_tensor_v2\n',
  'ctorch._utils\n_rebuild_parameter\n',
  'ctorch\nFloatStorage\n',
  'ctorch\nHalfStorage\n',
  'ccollections\nOrderedDict\n',
  'cnumpy.core.multiarray\nscalar\n',
  'cnumpy\ndtype\n',
  'cargparse\nNamespace\n',
  'ccopyreg\n_reconstructor\n',
  '(J\xff\xff\xff\x7fJ\x01\x00\x00\x00t',
  'J\xff\xff\xff\xff',
  '\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f',
  `\x8a\xff${'\x7f'.repeat(255)}`,
  'I99999999999999999999\n',
  'F1e999\n',
  'X\x09\x00\x00\x00__proto__',
  '\x8d\xff\xff\xff\xff\xff\xff\xff\x7f',
  'B\xff\xff\xff\x7f',
  '(((((((((((((((('.repeat(8),
  ']q\x00h\x00a',
  '}q\x00h\x00h\x00s',
].flatMap((text, index) =>
  index === 0 ? [...text].map((one) => Buffer.from(one, 'latin1')) : [Buffer.from(text, 'latin1')],
);

interface Input {
  readonly form: 'file' | 'pickle' | 'member';
  readonly recipe: Recipe;
}

export function checkpointBytes({ form, recipe }: Input): Uint8Array {
  if (form === 'file') return mutateBytes(corpus, recipe, words);
  const members = zips[recipe.seed % zips.length] as Record<string, Buffer>;
  const names = Object.keys(members);
  const main = names.find((name) => name.endsWith('data.pkl')) ?? (names[0] as string);
  const chosen = form === 'pickle' ? main : (names[recipe.other % names.length] as string);
  const source = form === 'pickle' ? pickles : [members[chosen] as Buffer];
  const changed = mutateBytes(source, recipe, words);
  return zipOf({ ...members, [chosen]: changed }, recipe.other % 7 === 0, recipe.other % 2 === 0);
}

export const checkpointInputs = (): fc.Arbitrary<Input> =>
  fc.record({ form: fc.constantFrom('file', 'pickle', 'pickle', 'member'), recipe: recipes(12) });

export const target: FuzzTarget<Input> = {
  name: 'pickles',
  short: 300,
  inputs: checkpointInputs,
  show: checkpointBytes,
  run: (input) => {
    const bytes = checkpointBytes(input);
    return readOrRefused(
      'fuzz.pth',
      () => weightGroups(readTorchFile(bytes, 'fuzz.pth'), 'fuzz.pth'),
      async (groups) => {
        for (const { tensors } of groups) {
          for (const tensor of [...tensors.values()].slice(0, 50)) {
            const size = tensor.shape.reduce((product, side) => product * side, 1);
            if (!Number.isSafeInteger(size)) throw new Violation(`a tensor has ${size} values`);
            if (size > 2 ** 24 || whyNoWeights(tensor.type) !== null) continue;
            await readOrRefused(
              'fuzz.pth',
              () => tensor.values(),
              (values) => {
                expect(
                  values.length === size,
                  `${values.length} values for the shape ${tensor.shape}`,
                );
              },
            );
          }
        }
      },
    );
  },
};
