import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFileAtomic } from '../../../common/files.ts';
import { identify } from '../../../runners/data/identity.ts';
import { canBeOfficial, checkSet } from '../../../runners/data/known-sets.ts';
import { allocatePictures } from '../../../runners/data/picture-set.ts';
import { readSet } from '../../../runners/data/read-set.ts';
import { datasetIdentity, loadDataset, verifyDataset } from '../../../runners/data/registry.ts';
import { knownHashes } from '../../../runners/data/sources.ts';
import { temporaryFolder } from '../../results/temporary.ts';
import {
  binaryMembers,
  type CifarSet,
  noise,
  packMembers,
  pictureMembers,
  pythonMembers,
} from './cifar-files.ts';
import { tarOf, writeTree } from './pictures.ts';

/**
 * Three classes, not in the order of their names; one picture is there twice in its class, and once
 * more in another.
 */
function smallSet(): CifarSet {
  const picture = (label: number, seed: number) => ({ label, pixels: noise(seed) });
  const train = Array.from({ length: 12 }, (_, index) => picture(index % 3, index));
  return {
    classes: ['pear', 'apple', 'maple_tree'],
    train: [...train, picture(0, 0), picture(1, 0)],
    test: Array.from({ length: 5 }, (_, index) => picture((index + 1) % 3, 100 + index)),
  };
}

test('one set comes out of the official versions and of pictures, whatever their order', async (t) => {
  const folder = temporaryFolder(t);
  const set = smallSet();
  const backwards = { ...set, train: set.train.toReversed(), test: set.test.toReversed() };
  const files: Record<string, Buffer> = {
    'binary.tar.gz': await packMembers(binaryMembers(set)),
    'backwards.tar.gz': await packMembers(binaryMembers(backwards)),
    'python.tar.gz': await packMembers(pythonMembers(set)),
    'pictures.tar': await tarOf(Object.entries(await pictureMembers(set))),
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  writeTree(join(folder, 'binary'), binaryMembers(backwards));
  writeTree(join(folder, 'python'), pythonMembers(backwards));
  writeTree(join(folder, 'pictures'), await pictureMembers(backwards));
  const first = await readSet(join(folder, 'binary.tar.gz'));
  assert.deepEqual(first.classes, ['apple', 'maple_tree', 'pear']);
  assert.equal(first.train.count, 14);
  for (const name of [...Object.keys(files), 'binary', 'python', 'pictures']) {
    const { form, ...read } = await readSet(join(folder, name));
    const { form: _, ...expected } = first;
    assert.deepEqual(read, expected, name);
    assert.match(name, new RegExp(name === 'backwards.tar.gz' ? '' : form));
  }
});

test('the identity sees every pixel, label, name and repetition, and no order', () => {
  const base = smallSet();
  const hash = ({ classes, train, test: tests }: CifarSet, lossy = false) => {
    const split = (pictures: CifarSet['train']) => {
      const set = allocatePictures(pictures.length, 32, 32);
      pictures.forEach(({ label, pixels }, index) => {
        set.labels[index] = label;
        set.pixels.set(pixels, index * 3072);
      });
      return set;
    };
    return identify('set', { classes, train: split(train), test: split(tests) }, lossy).hash;
  };
  const known = hash(base);
  // The names in another order, with the labels that go with it.
  const renumbered = (pictures: CifarSet['train']) =>
    pictures.map(({ label, pixels }) => ({ label: (label + 1) % 3, pixels }));
  const turned = ['maple_tree', 'pear', 'apple'];
  assert.equal(
    hash({ classes: turned, train: renumbered(base.train), test: renumbered(base.test) }),
    known,
  );
  const [first, second, ...rest] = base.train as [
    CifarSet['train'][0],
    CifarSet['train'][0],
    ...CifarSet['train'],
  ];
  const changed = Buffer.from(first.pixels);
  changed[3071] = (changed[3071] as number) ^ 1;
  const others: Record<string, CifarSet> = {
    pixel: { ...base, train: [{ ...first, pixels: changed }, second, ...rest] },
    labels: {
      ...base,
      train: [{ ...first, label: second.label }, { ...second, label: first.label }, ...rest],
    },
    name: { ...base, classes: ['pear', 'apple', 'oak_tree'] },
    repetition: { ...base, train: [first, first, ...rest] },
    fewer: { ...base, train: base.train.slice(0, -2) },
    split: { ...base, train: base.test, test: base.train },
  };
  for (const [what, set] of Object.entries(others)) assert.notEqual(hash(set), known, what);
  assert.notEqual(hash(base, true), known);
  assert.throws(() => hash({ ...base, classes: ['pear', 'apple', 'pear'] }), {
    code: 'DATA_CLASSES',
    message: /two classes with the name pear/,
  });
});

test('a small set is found in every form under a name of its own, and says in which', async (t) => {
  const folder = temporaryFolder(t);
  const options = { folder, environment: { REDISTILL_CACHE: temporaryFolder(t) } };
  const set = smallSet();
  writeFileSync(join(folder, 'py.tar.gz'), await packMembers(pythonMembers(set)));
  writeTree(join(folder, 'png'), await pictureMembers(set));
  const python = await verifyDataset('images:py.tar.gz', options);
  assert.deepEqual(await verifyDataset('images:png', options), {
    hash: python.hash,
    where: join(folder, 'png'),
    form: 'pictures by folder',
  });
  assert.equal(python.form, 'official Python version');
  const [one, two] = [
    await loadDataset('images:py.tar.gz', options),
    await loadDataset('images:png', options),
  ];
  assert.deepEqual(one.train, two.train);
  assert.deepEqual(one.normalisation.mean, two.normalisation.mean);
});

test('another set under the name of CIFAR is refused with both sizes', async (t) => {
  const folder = temporaryFolder(t);
  const options = { folder, environment: { REDISTILL_CACHE: temporaryFolder(t) } };
  writeFileSync(
    join(folder, 'cifar-100-python.tar.gz'),
    await packMembers(pythonMembers(smallSet())),
  );
  const refusal = {
    code: 'DATA_COUNT',
    message:
      /cifar-100-python\.tar\.gz is not cifar100: it has 3 classes, 14 training pictures and 5 test pictures, but CIFAR-100 has 100 classes, 50000 training pictures and 10000/,
    hint: /images:cifar-100-python\.tar\.gz/,
  };
  await assert.rejects(loadDataset('cifar100', options), refusal);
  // Also where its pictures are in the cache under another name.
  await loadDataset('images:cifar-100-python.tar.gz', options);
  await assert.rejects(datasetIdentity('cifar100', options), refusal);
});

test('where no hash of an official set is known, its official archive makes it known', async (t) => {
  const cache = temporaryFolder(t);
  const size = { title: 'CIFAR-10', classes: 10, train: 50_000, test: 10_000, official: true };
  const found = { ...size, hash: 'a'.repeat(64), form: 'pictures' as const };
  const check = (path: string, given = found) => checkSet('cifar10', path, size, given, cache);
  await assert.rejects(check('/data/cifar10'), {
    code: 'DATA_IDENTITY',
    message: /Nothing here says yet whether \/data\/cifar10 has the pictures of CIFAR-10/,
    hint: /redistill data fetch cifar10.*images:cifar10/,
  });
  assert.equal(canBeOfficial('cifar10', '/data/cifar10', cache), false);
  // The name of the official archive is not enough: its checksum must be right.
  const archive = join(temporaryFolder(t), 'cifar-10-python.tar.gz');
  writeFileSync(archive, 'another file');
  assert.equal(canBeOfficial('cifar10', archive, cache), true);
  await assert.rejects(check(archive), { code: 'DATA_CHECKSUM' });
  await assert.rejects(check(archive.replace('-10-', '-100-')), { code: 'DATA_IDENTITY' });
  // As it is after the official archive was read.
  writeFileAtomic(join(cache, 'data/hashes/cifar10'), `${found.hash}\n`);
  await check('/data/cifar10');
  assert.equal(canBeOfficial('cifar10', '/data/cifar10', cache), true);
  await assert.rejects(check('/data/cifar10', { ...found, hash: 'b'.repeat(64) }), {
    code: 'DATA_IDENTITY',
    message: /its hash is b{64} instead of a{64}/,
  });
});

test('another set with the size of CIFAR-100 is not CIFAR-100', async () => {
  const size = { title: 'CIFAR-100', classes: 100, train: 50_000, test: 10_000, official: true };
  const found = { ...size, hash: 'a'.repeat(64), form: 'python' as const };
  const { hash } = knownHashes()['cifar100'] as { hash: string };
  await checkSet('cifar100', '/data/cifar100', size, { ...found, hash }, '/nowhere');
  await assert.rejects(checkSet('cifar100', '/data/cifar100', size, found, '/nowhere'), {
    code: 'DATA_IDENTITY',
    message: new RegExp(`its hash is a{64} instead of ${hash}`),
    hint: /images:cifar100/,
  });
  const jpeg = { ...found, form: 'lossy pictures' as const };
  await assert.rejects(checkSet('cifar100', '/data/cifar100', size, jpeg, '/nowhere'), {
    message: /has JPEG files/,
  });
});
