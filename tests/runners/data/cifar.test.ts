import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCifar } from '../../../runners/data/cifar.ts';
import { binaryMembers, noise, pythonMembers } from './cifar-files.ts';

/** A record whose red plane is `seed`, green `seed + 1` and blue the pixel's column. */
function record(labels: readonly number[], seed: number): Buffer {
  const planes = Buffer.alloc(3072);
  planes.fill(seed, 0, 1024).fill(seed + 1, 1024, 2048);
  for (let pixel = 0; pixel < 1024; pixel += 1) planes[2048 + pixel] = pixel % 32;
  return Buffer.concat([Buffer.from(labels), planes]);
}

const records = (count: number, labels: (index: number) => number[]) =>
  Buffer.concat(Array.from({ length: count }, (_, index) => record(labels(index), 10 * index)));

type Members = Readonly<Record<string, Buffer>>;

const members100: Members = {
  'cifar-100-binary/coarse_label_names.txt': Buffer.from('animals\n'),
  'cifar-100-binary/fine_label_names.txt': Buffer.from('apple\nbear\ncloud\n\n'),
  // The coarse label comes first and is not the class.
  'cifar-100-binary/train.bin': records(4, (index) => [9, index % 3]),
  'cifar-100-binary/test.bin': records(2, () => [0, 2]),
};

const read = (members: Members) =>
  readCifar(
    'cifar.tar.gz',
    Object.entries(members).map(([path, bytes]) => ({ path, bytes })),
  );

test('a CIFAR-100 record has a coarse and a fine label and three planes', () => {
  const set = read(members100);
  assert.equal(set.form, 'binary');
  assert.deepEqual(set.classes, ['apple', 'bear', 'cloud']);
  assert.deepEqual([...set.train.labels], [0, 1, 2, 0]);
  assert.deepEqual([...set.test.labels], [2, 2]);
  const third = set.train.pixels.subarray(2 * 3072, 3 * 3072);
  assert.deepEqual([...third.subarray(0, 9)], [20, 21, 0, 20, 21, 1, 20, 21, 2]);
  assert.deepEqual([...third.subarray(-3)], [20, 21, 31]);
});

test('CIFAR-10 joins five training files in their order', () => {
  const members: Record<string, Buffer> = {
    'batches.meta.txt': Buffer.from('airplane\nautomobile\n'),
    'test_batch.bin': records(1, () => [1]),
  };
  for (const part of [5, 3, 1, 2, 4]) {
    members[`data_batch_${part}.bin`] = Buffer.concat([
      record([part % 2], part),
      record([0], part),
    ]);
  }
  const { train } = read(members);
  assert.equal(train.count, 10);
  assert.deepEqual([...train.labels], [1, 0, 0, 0, 1, 0, 0, 0, 1, 0]);
  const reds = Array.from({ length: 10 }, (_, index) => train.pixels[index * 3072]);
  assert.deepEqual(reds, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
});

test('the Python version holds the same pictures', () => {
  const pictures = [2, 0, 1].map((label, index) => ({ label, pixels: noise(index) }));
  const set = { classes: ['apple', 'bear', 'cloud'], train: pictures, test: pictures };
  const { form, ...python } = read(pythonMembers(set));
  const { form: _, ...binary } = read(binaryMembers(set));
  assert.equal(form, 'python');
  assert.deepEqual(python, binary);
  assert.deepEqual(Buffer.from(python.train.pixels.subarray(0, 3072)), noise(0));
});

test('what is not an official version is refused with what is wrong', () => {
  const train = members100['cifar-100-binary/train.bin'] as Buffer;
  const { 'cifar-100-binary/train.bin': _, ...without } = members100;
  const pictures = [{ label: 0, pixels: noise(0) }];
  const python = pythonMembers({ classes: ['a'], train: pictures, test: pictures });
  const evil = Buffer.from('\x80\x02cos\nsystem\nU\x02lsR.', 'latin1');
  const cases: [Members, RegExp][] = [
    [without, /has no member train\.bin/],
    [
      { ...without, 'train.bin': train.subarray(0, 9000) },
      /train\.bin with 9000 bytes, no multiple of the 3074/,
    ],
    [{ ...without, 'train.bin': records(4, () => [0, 3]) }, /label 3 in record 0 of train\.bin/],
    [{ ...members100, 'other/test.bin': train }, /holds test\.bin twice/],
    [{ ...without, 'train.bin': Buffer.alloc(0) }, /no pictures in train\.bin/],
    [
      { ...python, 'cifar-100-python/train': evil },
      /asks for os\.system, and only the rebuilding of arrays of bytes is allowed/,
    ],
    [
      { ...python, 'cifar-100-python/train': python['cifar-100-python/meta'] as Buffer },
      /train without "data" or a list of "fine_labels"/,
    ],
    [
      {
        ...python,
        'cifar-100-python/train': (python['cifar-100-python/train'] as Buffer).subarray(0, 900),
      },
      /refused at byte .*: it is truncated/,
    ],
  ];
  for (const [members, message] of cases) {
    assert.throws(() => read(members), { code: 'DATA_CIFAR', message });
  }
});
