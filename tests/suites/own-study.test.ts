import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { storeCheckpoint } from '../../runners/weights/checkpoints/store.ts';
import { defaultScale, parseSuite } from '../../suites/load.ts';
import { planSuite } from '../../suites/plan.ts';
import type { PlanContext } from '../../suites/plan-context.ts';
import { presentWeights } from '../../suites/released-weights.ts';
import { datasetSuggestion } from '../../suites/resolve.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { fakeContext, here } from './fake-context.ts';

const text = `schemaVersion: 1
id: mine
title: Mine
task: classification
metrics: {top1: {margin: 0.5}}
columns: [{id: resnet20__resnet8}]
rows:
  - {name: Student, method: none}
  - {name: Mine, method: kd, hyper: {temperature: 8}}
claims: [{row: Mine, over: Student}]
scales:
  own: {dataset: "images:birds", recipe: cifar-240, seeds: [1, 2]}
  smoke: {dataset: cifar100, recipe: embedded-smoke, seeds: [1]}
`;

const data: Partial<PlanContext> = { datasets: ['cifar100', 'images:birds'] };
const plan = (source: string, scale: 'own' | 'smoke' | 'paper' = 'own') =>
  planSuite(parseSuite('mine.yaml', source), scale, fakeContext(data));

test('an own study needs no publication and no excuse, and is what a command takes first', () => {
  assert.equal(defaultScale(parseSuite('mine.yaml', text)), 'own');
  for (const scale of ['own', 'smoke'] as const) {
    const made = plan(text, scale);
    assert.equal(made.notComparable, null);
    for (const cell of made.cells) {
      assert.deepEqual(
        [cell.published, cell.noReference, cell.notComparable, cell.notRun],
        [null, null, null, null],
      );
    }
    assert.equal(made.claims?.length, 1);
  }
});

test('a suite of a table may have an own study beside it, which is held against nothing', () => {
  const both = text
    .replace('metrics:', 'table: lskd-table2\nmetrics:')
    .replaceAll('resnet20__resnet8', 'resnet32x4__resnet8x4')
    .replace('{name: Mine, method', '{name: Mine, published: {row: KD}, method')
    .replace('smoke: {', 'smoke: {notComparable: seconds, ');
  const own = plan(both);
  assert.ok(own.cells.every(({ published }) => published === null));
  assert.ok(plan(both, 'smoke').cells.some(({ published }) => published !== null));
});

test('what speaks of publications is refused where nothing of the suite is held against one', () => {
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['metrics:', 'table: lskd-table2\nmetrics:', /mine\.yaml:\d+: (columns|table)/],
    ['metrics:', 'noReference: Nobody.\nmetrics:', /: noReference: .*own study/],
    ['{name: Mine,', '{name: Mine, noReference: Mine.,', /: rows\[1\]\.noReference: .*own study/],
    [
      'own: {',
      'own: {notComparable: It is mine., ',
      /scales\.own\.notComparable: .*nothing to excuse/,
    ],
  ];
  for (const [from, to, message] of wrong) {
    const source = text.replace(from, to).replace(/ {2}smoke.*\n/, '');
    assert.throws(() => plan(source), { exitCode: 2, message }, to);
  }
  // A proxy, and a smoke run of what is published, still say why they are none of it.
  for (const scale of ['proxy', 'smoke']) {
    const source = text.replace(/ {2}own.*\n/, '').replace('smoke:', `${scale}:`);
    assert.throws(() => parseSuite('mine.yaml', source), /"notComparable" is missing/);
  }
});

test("a set of one's own is suggested by its folder, and joined names of tables never are", () => {
  const known = ['cifar100', 'images:birds', 'imagenet+coco2017+cityscapes', 'imagenet'];
  assert.equal(datasetSuggestion('birds', known), 'Did you mean "images:birds"?');
  assert.equal(datasetSuggestion('image:brids', known), 'Did you mean "images:birds"?');
  assert.equal(datasetSuggestion('imagenett', known), 'Did you mean "imagenet"?');
  assert.equal(
    datasetSuggestion('imagenet+coco2017+cityscape', known),
    'Known: cifar100, imagenet, images:birds.',
  );
});

test('a teacher of other classes or another network is refused when a suite is planned', () => {
  const sha256 = 'a'.repeat(64);
  const source = text
    .replace('own: {', `own: {columns: {resnet20__resnet8: {checkpoint: ${sha256}}}, `)
    .replace(/ {2}smoke.*\n/, '');
  const made = (model: string, classes: number) =>
    planSuite(
      parseSuite('mine.yaml', source),
      'own',
      fakeContext({
        ...data,
        dataset: () => ({ ...here, classes: 3 }),
        checkpoint: (digest) => (digest === sha256 ? { model, classes } : null),
      }),
    );
  assert.equal(made('resnet20', 3).cells.length, 2);
  assert.throws(() => made('resnet20', 100), {
    code: 'SUITE_TEACHER_CLASSES',
    message:
      /mine\.yaml:12: scales\.own\.columns\.resnet20__resnet8\.checkpoint: .* 100 classes apart, and images:birds has 3/,
  });
  assert.throws(() => made('resnet32x4', 3), {
    code: 'SUITE_TEACHER_NETWORK',
    message: /weights of resnet32x4, and the teacher of the pair is resnet20/,
  });
});

test('the classes of imported weights are read beside them, in the workspace or the cache', (t) => {
  const folder = temporaryFolder(t);
  const origin = { schemaVersion: 1, model: 'resnet20', classes: 7, source: 'x.pth' } as const;
  const bytes = Buffer.from('weights');
  const digest = storeCheckpoint(folder, bytes, { ...origin, sourceSha256: '0' });
  const { checkpoint } = presentWeights({ XDG_CACHE_HOME: join(folder, 'none') }, folder);
  assert.deepEqual(checkpoint(digest), { model: 'resnet20', classes: 7 });
  assert.equal(checkpoint('b'.repeat(64)), null);
});
