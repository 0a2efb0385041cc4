import * as fc from 'fast-check';
import { readCifar } from '../../../runners/data/cifar.ts';
import { binaryMembers, noise, pythonMembers } from '../../runners/data/cifar-files.ts';
import { mutateBytes, type Recipe, recipes } from '../mutate.ts';
import { expect, type FuzzTarget, readOrRefused } from '../target.ts';

const set = {
  classes: ['cat', 'dog'],
  train: [0, 1, 0].map((label, index) => ({ label, pixels: noise(index) })),
  test: [1].map((label) => ({ label, pixels: noise(9) })),
};
const binary = binaryMembers(set);
const python = pythonMembers(set);
/** CIFAR-10's names: five parts and one label byte. */
const ten: Record<string, Buffer> = {
  'cifar-10-batches-bin/batches.meta.txt': Buffer.from('cat\ndog\n'),
  'cifar-10-batches-bin/test_batch.bin': Buffer.concat([Buffer.from([1]), noise(9)]),
};
for (let part = 1; part <= 5; part += 1) {
  ten[`cifar-10-batches-bin/data_batch_${part}.bin`] = Buffer.concat([
    Buffer.from([part % 2]),
    noise(part),
  ]);
}
const sets = [binary, python, ten, python];

interface Input {
  readonly form: number;
  readonly member: number;
  readonly change: 'bytes' | 'drop' | 'double' | 'rename';
  readonly recipe: Recipe;
}

function filesOf({ form, member, change, recipe }: Input) {
  const members = Object.entries(sets[form % sets.length] as Record<string, Buffer>);
  const files = members.map(([path, bytes]) => ({ path, bytes: bytes as Uint8Array }));
  const at = member % files.length;
  const chosen = files[at] as (typeof files)[number];
  const other = files[recipe.other % files.length] as (typeof files)[number];
  if (change === 'drop') files.splice(at, 1);
  else if (change === 'double') files.push({ ...chosen, path: `x/${chosen.path}` });
  else if (change === 'rename')
    files[at] = { path: other.path.replace(/^[^/]+/, 'y'), bytes: chosen.bytes };
  else files[at] = { path: chosen.path, bytes: mutateBytes([chosen.bytes], recipe, words) };
  return files;
}

const words: readonly (string | Uint8Array)[] = [
  'cnumpy\ndtype\n',
  'cnumpy.core.multiarray\n_reconstruct\n',
  'cos\nsystem\n',
  'U\x04data',
  'U\x0bfine_labels',
  '\n',
  Buffer.from('(]}te.', 'latin1'),
  Buffer.from('J\xff\xff\xff\x7f', 'latin1'),
  Buffer.from('J\xff\xff\xff\xff', 'latin1'),
  Buffer.from('\x87R', 'latin1'),
];

export const target: FuzzTarget<Input> = {
  name: 'cifar',
  short: 200,
  inputs: () =>
    fc.record({
      form: fc.nat(3),
      member: fc.nat(20),
      change: fc.constantFrom('bytes', 'bytes', 'bytes', 'bytes', 'drop', 'double', 'rename'),
      recipe: recipes(),
    }),
  show: (input) =>
    Buffer.concat(filesOf(input).flatMap(({ path, bytes }) => [Buffer.from(`\n${path}\n`), bytes])),
  run: (input) =>
    readOrRefused(
      ['fuzz.tar.gz', 'cifar-100', 'cifar-10'],
      () => readCifar('fuzz.tar.gz', filesOf(input)),
      ({ classes, train, test }) => {
        expect(
          classes.length > 0 && new Set(classes).size === classes.length,
          'classes have names of their own',
        );
        for (const split of [train, test]) {
          expect(split.count > 0, 'a split has pictures');
          expect(split.labels.length === split.count, 'every picture has a label');
          expect(split.pixels.length === split.count * 3072, 'every picture has its pixels');
          expect(
            [...split.labels].every((label) => label >= 0 && label < classes.length),
            'every label is a class',
          );
        }
      },
    ),
};
