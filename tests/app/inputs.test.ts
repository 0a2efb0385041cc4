/* Data, imports, lists and COCO's figures without the command line. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  cocoEval,
  describe,
  fetchData,
  importBackbone,
  importCheckpoint,
  importLogs,
  list,
  listBackbones,
  listData,
  listKinds,
  listTeachers,
  officialRuns,
  verifyData,
} from 'redistill';
import { temporaryFolder } from '../results/temporary.ts';

function effects(t: TestContext) {
  const cwd = temporaryFolder(t);
  const notices: string[] = [];
  const environment = { REDISTILL_CACHE: join(cwd, 'cache'), REDISTILL_DATA: cwd };
  return { cwd, environment, notice: (line: string) => void notices.push(line), notices };
}

// The first of this file: no other test may have loaded a set before it.
test('a set is fetched that nothing loaded before', async (t) => {
  const given = effects(t);
  const fetched = await fetchData({ name: 'embedded-small' }, given);
  assert.equal(fetched.kind, 'dataset');
  await assert.rejects(fetchData({ name: 'images:none' }, given), { name: 'UsageError' });
});

test('lists name what there is, and an unknown kind the nearest one', async (t) => {
  const given = effects(t);
  const names = listKinds().map(({ name }) => name);
  assert.ok(names.includes('methods'));
  const { columns, items } = await list({ kind: 'methods' }, given);
  const kd = items.find(({ name }) => name === 'kd');
  assert.equal(kd?.columns.length, columns.length);
  assert.equal((await describe({ kind: 'methods', name: 'kd+lskd' }, given)).name, 'kd+lskd');
  await assert.rejects(list({ kind: 'method' }, given), {
    code: 'LIST_KIND',
    message: /"methods"/,
  });
});

test('data sets, teachers and backbones are looked up where the effects say', async (t) => {
  const given = effects(t);
  const sets = await listData({}, given);
  assert.equal(sets.find(({ id }) => id === 'embedded')?.present, true);
  assert.equal(sets.find(({ id }) => id === 'cifar100')?.present, false);
  const [release] = await listTeachers({}, given);
  assert.ok(release?.teachers.every(({ path, sha256 }) => path === null && sha256 === null));
  assert.ok((await listBackbones(given)).every(({ sha256 }) => sha256 === null));
  writeFileSync(join(given.cwd, 'bad.tar'), 'no archive');
  const [check] = await verifyData({ name: 'images:bad.tar' }, given);
  assert.equal(check?.ok, false);
  assert.ok(check?.error);
  await assert.rejects(fetchData({ name: 'cifar1000' }, given), { name: 'UsageError' });
  await assert.rejects(fetchData({ name: 'mdistiller-cifar100/resnet1' }, given), {
    code: 'TEACHER_UNKNOWN',
  });
});

test('imports say what they cannot take', async (t) => {
  const given = effects(t);
  const path = 'weights.pth';
  writeFileSync(join(given.cwd, path), 'no weights');
  await assert.rejects(importCheckpoint({ path, model: 'resnet8x4' }, given), {
    name: 'DataError',
  });
  await assert.rejects(importCheckpoint({ path, model: 'resnet8x4', release: 'mine' }, given), {
    code: 'RELEASE_UNKNOWN',
  });
  await assert.rejects(importBackbone({ path, model: 'torchvision/resnet5' }, given), {
    name: 'UsageError',
  });
  writeFileSync(join(given.cwd, 'kd,resnet56,resnet20,1,1.txt'), 'no log\n');
  const { runs, problems } = await importLogs({ paths: ['kd,resnet56,resnet20,1,1.txt'] }, given);
  assert.deepEqual(runs, []);
  assert.equal(problems.length, 1);
  await assert.rejects(officialRuns({}, given), { code: 'STORE_MISSING' });
});

test("COCO's figures are those of its evaluation, and what is left aside is a notice", async (t) => {
  const given = effects(t);
  const box = [10, 10, 20, 20];
  const gt = {
    images: [{ id: 1, width: 100, height: 100, file_name: 'a.jpg' }],
    categories: [{ id: 1, name: 'dog' }],
    annotations: [{ id: 0, image_id: 1, category_id: 1, bbox: box, area: 400, iscrowd: 0 }],
  };
  writeFileSync(join(given.cwd, 'gt.json'), JSON.stringify(gt));
  const dt = [{ image_id: 1, category_id: 1, bbox: box, score: 0.9 }];
  writeFileSync(join(given.cwd, 'dt.json'), JSON.stringify(dt));
  const { counts } = await cocoEval({ gt: 'gt.json', dt: 'dt.json' }, given);
  assert.deepEqual(counts, { images: 1, categories: 1, annotations: 1, detections: 1 });
  assert.match(given.notices.join('\n'), /an annotation with the id 0/);
  gt.annotations[0] = { ...gt.annotations[0], id: 7 } as never;
  writeFileSync(join(given.cwd, 'gt.json'), JSON.stringify(gt));
  const { metrics } = await cocoEval({ gt: 'gt.json', dt: 'dt.json' }, given);
  assert.ok(Math.abs(metrics.AP - 1) < 1e-9, `${metrics.AP}`);
  await assert.rejects(cocoEval({ gt: 'dt.json', dt: 'dt.json' }, given), {
    name: 'UsageError',
    code: /^COCO_/,
  });
});
