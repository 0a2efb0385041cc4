import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultScale, parseSuite } from '../../suites/load.ts';
import { planSuite } from '../../suites/plan.ts';
import type { PlanContext } from '../../suites/plan-context.ts';
import { datasetSuggestion } from '../../suites/resolve.ts';
import { fakeContext } from './fake-context.ts';

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
