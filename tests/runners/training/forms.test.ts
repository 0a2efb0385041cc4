import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../results/temporary.ts';
import {
  binaryMembers,
  noise,
  packMembers,
  pictureMembers,
  pythonMembers,
} from '../data/cifar-files.ts';
import { tarOf } from '../data/pictures.ts';
import { measured, startWorker, writeRequest } from './workers.ts';

test('a training has equal bits from the binary version, the Python version and pictures', async (t) => {
  const folder = temporaryFolder(t);
  const pictures = Array.from({ length: 19 }, (_, index) => ({
    label: index % 3,
    pixels: noise(index),
  }));
  const set = {
    classes: ['pear', 'apple', 'maple_tree'],
    train: pictures.slice(0, 14),
    test: pictures.slice(14),
  };
  const backwards = { ...set, train: set.train.toReversed(), test: set.test.toReversed() };
  writeFileSync(join(folder, 'a.tar.gz'), await packMembers(binaryMembers(set)));
  writeFileSync(join(folder, 'b.tar.gz'), await packMembers(pythonMembers(backwards)));
  writeFileSync(join(folder, 'c.tar'), await tarOf(Object.entries(await pictureMembers(set))));
  const before = process.env['REDISTILL_DATA'];
  process.env['REDISTILL_DATA'] = folder;
  t.after(() => {
    if (before === undefined) delete process.env['REDISTILL_DATA'];
    else process.env['REDISTILL_DATA'] = before;
  });
  // 12 of 14 pictures: which ones they are must not depend on the form either.
  const recipe = { epochs: 2, batchSize: 5, trainPictures: 12 };
  const runs: { hash: string; bits: unknown }[] = [];
  for (const name of ['a.tar.gz', 'b.tar.gz', 'c.tar']) {
    const run = join(folder, `run ${name}`);
    const request = await writeRequest(run, { dataset: `images:${name}`, recipe });
    const { exitCode, stderr } = await startWorker(request);
    assert.equal(exitCode, 0, String(stderr));
    const { hash } = JSON.parse(readFileSync(request, 'utf8')).spec.data;
    runs.push({ hash, bits: measured(run) });
  }
  assert.deepEqual(runs[1], runs[0]);
  assert.deepEqual(runs[2], runs[0]);
  assert.match(JSON.stringify(runs[0]), /"weights":"[0-9a-f]{64}"/);
});
