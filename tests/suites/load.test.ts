import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../common/errors.ts';
import { defaultScale, listSuites, loadSuite, parseSuite } from '../../suites/load.ts';

const text = `schemaVersion: 1
id: sample
title: Sample
task: classification
table: lskd-table2
metrics: {top1: {margin: 0.5}}
columns:
  - {id: resnet32x4__resnet8x4}
rows:
  - {name: KD}
  - {name: DKD}
scales:
  paper:
    dataset: cifar100
    recipe: cifar-240
    seeds: [1, 2]
`;

function messageOf(source: string): string {
  try {
    parseSuite('sample.yaml', source);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  return 'loaded';
}

const cases: readonly (readonly [string, string, string, string])[] = [
  [
    'an unknown field',
    'title: Sample',
    'titel: Sample',
    'sample.yaml:1: the file: the field "title" is missing.\nsample.yaml:3: titel: unknown field "titel". Did you mean "title"?',
  ],
  [
    'a wrong type',
    'margin: 0.5',
    'margin: half',
    'sample.yaml:6: metrics.top1.margin: must be a number, not "half".',
  ],
  [
    'a margin of zero',
    'margin: 0.5',
    'margin: 0',
    'sample.yaml:6: metrics.top1.margin: must be > 0; it is 0.',
  ],
  [
    'a bad scale',
    '  paper:',
    '  papper:',
    'sample.yaml:13: scales.papper: unknown field "papper". Did you mean "paper"?',
  ],
  [
    'a bad task',
    'task: classification',
    'task: clasification',
    'sample.yaml:4: task: "clasification" is not allowed here. Did you mean "classification"?',
  ],
  [
    'a repeated seed',
    'seeds: [1, 2]',
    'seeds: [1, 2, 1]',
    'sample.yaml:16: scales.paper.seeds[2]: the seed 1 stands there twice.',
  ],
  [
    'a seed that is no whole number',
    'seeds: [1, 2]',
    'seeds: [1, two]',
    'sample.yaml:16: scales.paper.seeds[1]: must be a whole number, not "two".',
  ],
  [
    'no seeds',
    'seeds: [1, 2]',
    'seeds: []',
    'sample.yaml:16: scales.paper.seeds: must NOT have fewer than 1 items; it is [].',
  ],
  [
    'a repeated row',
    '{name: DKD}',
    '{name: KD}',
    'sample.yaml:11: rows[1].name: the row "KD" stands there twice.',
  ],
  [
    'a recipe of a wrong type',
    'recipe: cifar-240',
    'recipe: 240',
    'sample.yaml:15: scales.paper.recipe: must be text or a mapping, not 240.',
  ],
  [
    'an unknown field of a recipe',
    'recipe: cifar-240',
    'recipe: {name: cifar-240, overrides: {epoch: 3}}',
    'sample.yaml:15: scales.paper.recipe.overrides.epoch: unknown field "epoch". Did you mean "epochs"?',
  ],
  [
    'a wrong type within a recipe',
    'recipe: cifar-240',
    'recipe: {name: 240}',
    'sample.yaml:15: scales.paper.recipe.name: must be text, not 240.',
  ],
  [
    'a refusal at a scale that is not there',
    'scales:',
    'notRun: [{rows: [KD], scales: [proxy], because: why}]\nscales:',
    'sample.yaml:12: notRun[0].scales[0]: the suite has no scale "proxy".',
  ],
  [
    'an exception for an unknown row',
    'scales:',
    'overrides: [{rows: [KDD], hyper: {a: 1}}]\nscales:',
    'sample.yaml:12: overrides[0].rows[0]: the suite has no row "KDD". Did you mean "KD"?',
  ],
  [
    'an unknown column in one of several parts',
    'seeds: [1, 2]',
    'seeds: [1, 2]\n    only: [{rows: [KD]}, {columns: [resnet9]}]',
    'sample.yaml:17: scales.paper.only[1].columns[0]: the suite has no column "resnet9". Known: resnet32x4__resnet8x4.',
  ],
  [
    'a table for a metric that the suite does not have',
    'table: lskd-table2',
    'table: {top1: lskd-table3-top1, top5: lskd-table3-top5}',
    'sample.yaml:5: table: names tables per metric, but "top5" is not in both "table" and "metrics".',
  ],
  [
    'a suite without a table or a reason',
    'table: lskd-table2\n',
    '',
    'sample.yaml:1: the file: the suite names no published table and does not say why.',
  ],
  [
    'a paper scale that is not comparable',
    '    seeds',
    '    notComparable: x\n    seeds',
    'sample.yaml:16: scales.paper.notComparable: the paper scale is the published protocol; what differs from it is a proxy.',
  ],
  [
    'a proxy that does not say so',
    '  paper:',
    '  proxy:',
    'sample.yaml:13: scales.proxy: the field "notComparable" is missing.',
  ],
  [
    'broken YAML',
    'columns:',
    'columns: [',
    'sample.yaml:8: Flow sequence in block collection must be sufficiently indented and end with a ]',
  ],
];

for (const [name, from, to, expected] of cases) {
  test(`${name} is refused by file, line and field`, () => {
    assert.ok(text.includes(from));
    const message = messageOf(text.replace(from, to));
    if (name === 'broken YAML') assert.match(message, /^sample\.yaml:\d+: /);
    else assert.equal(message, expected);
  });
}

test('a sound suite loads', () => {
  assert.equal(messageOf(text), 'loaded');
  assert.equal(defaultScale(parseSuite('sample.yaml', text)), 'paper');
});

test('an unknown suite is answered with the nearest name', () => {
  assert.throws(
    () => loadSuite('defualt'),
    /There is no suite called "defualt"\. Did you mean "default"\?/,
  );
  assert.throws(() => loadSuite('./nowhere.yaml'), /There is no suite file \.\/nowhere\.yaml\./);
});

test('every suite of the project names its schema for editors', async () => {
  const { readFileSync } = await import('node:fs');
  assert.ok(listSuites().includes('default'));
  for (const name of listSuites()) {
    const file = new URL(`../../suites/${name}.yaml`, import.meta.url);
    assert.match(
      readFileSync(file, 'utf8'),
      /^# yaml-language-server: \$schema=\.\/suite\.schema\.json\n/,
      name,
    );
    assert.equal(loadSuite(name).id, name);
  }
});
