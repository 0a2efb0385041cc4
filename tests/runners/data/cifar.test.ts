import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { cifar10Layout, cifar100Layout, readCifarArchive } from '../../../runners/data/cifar.ts';
import { temporaryFolder } from '../../results/temporary.ts';
import { tarOf } from './pictures.ts';

const tiny100 = { ...cifar100Layout, classes: 3, trainRecords: 4, testRecords: 2 };

/** A record whose red plane is `seed`, green `seed + 1` and blue the pixel's column. */
function record(labels: readonly number[], seed: number): Buffer {
  const planes = Buffer.alloc(3072);
  planes.fill(seed, 0, 1024).fill(seed + 1, 1024, 2048);
  for (let pixel = 0; pixel < 1024; pixel += 1) planes[2048 + pixel] = pixel % 32;
  return Buffer.concat([Buffer.from(labels), planes]);
}

const records = (count: number, labels: (index: number) => number[]) =>
  Buffer.concat(Array.from({ length: count }, (_, index) => record(labels(index), 10 * index)));

const members100 = {
  'cifar-100-binary/coarse_label_names.txt': Buffer.from('animals\n'),
  'cifar-100-binary/fine_label_names.txt': Buffer.from('apple\nbear\ncloud\n\n'),
  // The coarse label comes first and is not the class.
  'cifar-100-binary/train.bin': records(4, (index) => [9, index % 3]),
  'cifar-100-binary/test.bin': records(2, () => [0, 2]),
};

async function archive(folder: string, members: Record<string, Buffer>): Promise<string> {
  const path = join(folder, 'cifar.tar.gz');
  writeFileSync(path, gzipSync(await tarOf(Object.entries(members))));
  return path;
}

test('a CIFAR-100 record has a coarse and a fine label and three planes', async (t) => {
  const set = await readCifarArchive(await archive(temporaryFolder(t), members100), tiny100);
  assert.deepEqual(set.classes, ['apple', 'bear', 'cloud']);
  assert.deepEqual([...set.train.labels], [0, 1, 2, 0]);
  assert.deepEqual([...set.test.labels], [2, 2]);
  const third = set.train.pixels.subarray(2 * 3072, 3 * 3072);
  assert.deepEqual([...third.subarray(0, 9)], [20, 21, 0, 20, 21, 1, 20, 21, 2]);
  assert.deepEqual([...third.subarray(-3)], [20, 21, 31]);
});

test('CIFAR-10 joins five training files in their order', async (t) => {
  const layout = { ...cifar10Layout, classes: 2, trainRecords: 2, testRecords: 1 };
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
  const { train } = await readCifarArchive(await archive(temporaryFolder(t), members), layout);
  assert.equal(train.count, 10);
  assert.deepEqual([...train.labels], [1, 0, 0, 0, 1, 0, 0, 0, 1, 0]);
  const reds = Array.from({ length: 10 }, (_, index) => train.pixels[index * 3072]);
  assert.deepEqual(reds, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
});

test('an archive that is not the official one is refused with what is wrong', async (t) => {
  const folder = temporaryFolder(t);
  const train = members100['cifar-100-binary/train.bin'];
  const without = Object.fromEntries(
    Object.entries(members100).filter(([name]) => !name.endsWith('train.bin')),
  );
  const cases: [Record<string, Buffer>, RegExp][] = [
    [without, /has no member train\.bin/],
    [
      { ...without, 'train.bin': train.subarray(0, 9000) },
      /train\.bin with 9000 bytes instead of 12296/,
    ],
    [{ ...without, 'train.bin': records(4, () => [0, 3]) }, /label 3 in record 0 of train\.bin/],
    [
      { ...members100, 'cifar-100-binary/fine_label_names.txt': Buffer.from('a\nb\n') },
      /names 2 classes/,
    ],
  ];
  for (const [members, message] of cases) {
    await assert.rejects(readCifarArchive(await archive(folder, members), tiny100), {
      code: 'DATA_CIFAR',
      message,
    });
  }
});
