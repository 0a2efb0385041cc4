import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { main } from '../../cli/main.ts';
import type { RedistillError } from '../../common/errors.ts';
import { parseSuite } from '../../suites/load.ts';
import { planByName } from '../../suites/plan-by-name.ts';
import { fakeContext } from '../cli/fake-context.ts';
import { temporaryFolder } from '../results/temporary.ts';

const text = `schemaVersion: 1
id: bad
title: Everything wrong
task: classification
metrics: { top1: { margin: 0.5 } }
columns: [{ id: resnet20__resnet8 }, { id: resnett20__resnet88 }]
rows:
  - { name: Student, method: none }
  - { name: KD, hyper: { temprature: 8, kdWeigth: 1 } }
  - { name: Mine, method: dkdd }
  - { name: Typo, methd: kd }
claims:
  - { row: Mein, over: KD }
scales:
  own:
    dataset: cifar1000
    recipe: cifar-24
    seeds: [1, 1]
    teacher: { sed: 3 }
    only: { rows: [KDD] }
  smoke:
    dataset: embeded
    recipe: embedded-smok
    seeds: [1]
`;

/** Line, field and what is meant, of every mistake. */
const expected: readonly (readonly [number, string, string])[] = [
  [6, 'columns[1]', '"resnet20"'],
  [6, 'columns[1]', '"resnet8"'],
  [9, 'rows[1].hyper.temprature', '"temperature"'],
  [9, 'rows[1].hyper.kdWeigth', '"kdWeight"'],
  [10, 'rows[2].method', '"dkd"'],
  [11, 'rows[3].methd', '"method"'],
  [13, 'claims[0].row', '"Mine"'],
  [16, 'scales.own.dataset', '"cifar100"'],
  [17, 'scales.own.recipe', '"cifar-240"'],
  [18, 'scales.own.seeds[1]', 'stands there twice'],
  [19, 'scales.own.teacher.sed', '"seed"'],
  [20, 'scales.own.only.rows[0]', '"KD"'],
  [22, 'scales.smoke.dataset', '"embedded"'],
  [23, 'scales.smoke.recipe', '"embedded-smoke"'],
];

function writeSuite(folder: string, content: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'bad.yaml');
  writeFileSync(path, content);
  return path;
}

async function mistakesOf(path: string): Promise<RedistillError> {
  try {
    await planByName(path, { data: { folder: null, environment: {} } });
  } catch (error) {
    return error as RedistillError;
  }
  throw new Error('the suite was planned');
}

test('all mistakes of a suite are told at once, each with line, field and what is meant', async (t) => {
  const error = await mistakesOf(writeSuite(temporaryFolder(t), text));
  assert.equal(error.exitCode, 2);
  assert.equal(error.code, 'SUITE_ERRORS');
  assert.deepEqual(
    error.problems.map(({ place }) => [place?.line, place?.field]),
    expected.map(([line, field]) => [line, field]),
  );
  for (const [index, [, , meant]] of expected.entries()) {
    assert.ok(error.problems[index]?.message.includes(meant), error.problems[index]?.message);
  }
});

test('what is told is mended: with every mistake but one mended, that one is told as ever', async (t) => {
  const mended = text
    .replace(', { id: resnett20__resnet88 }', '')
    .replace('temprature: 8, kdWeigth: 1', 'temperature: 8')
    .replace('dkdd', 'dkd')
    .replace('methd', 'method')
    .replace('Mein', 'Mine')
    .replace('dataset: cifar1000', 'dataset: cifar100')
    .replace('cifar-24\n', 'cifar-240\n')
    .replace('[1, 1]', '[1, 2]')
    .replace('sed: 3', 'seed: 3')
    .replace('KDD', 'KD')
    .replace('embeded', 'embedded')
    .replace('claims:', 'claims: # of rows');
  const error = await mistakesOf(writeSuite(temporaryFolder(t), mended)).catch(() => null);
  // The other scale is nobody's concern while the one that is asked for can be planned.
  assert.equal(error, null);
  const one = await mistakesOf(
    writeSuite(temporaryFolder(t), mended.replace(': dkd }', ': dkdd }')),
  );
  assert.deepEqual(
    one.problems.map(({ place }) => place?.field),
    ['rows[2].method', 'scales.smoke.recipe'],
  );
});

test('a field that does not fit hides no other mistake, and none that only follows from it is told', () => {
  const messages = (source: string) => {
    try {
      parseSuite('bad.yaml', source);
    } catch (error) {
      return (error as Error).message.split('\n').map((line) => line.split(': ')[1]);
    }
    return [];
  };
  const good = text.replace('methd', 'method').replace('sed: 3', 'seed: 3').replace('KDD', 'KD');
  const fine = good.replace('Mein', 'Mine').replace('[1, 1]', '[1, 2]');
  assert.deepEqual(messages(fine), []);
  // The second row goes with its wrong name; the numbers of the rows after it stay.
  const wrong = fine
    .replace('name: KD, hyper', 'name: 7, hyper')
    .replace('name: Typo', 'name: Mine');
  assert.deepEqual(messages(wrong), [
    'rows[1].name',
    'rows[3].name',
    'claims[0].over',
    'scales.own.only.rows[0]',
  ]);
  // Without its only scale a suite says nothing of publications; that is told when it has one.
  assert.deepEqual(messages(fine.replace('  own:', '  onw:')), ['scales.onw']);
  assert.deepEqual(messages('id: [1, 2]'), [
    'the file',
    'the file',
    'the file',
    'the file',
    'the file',
    'the file',
    'the file',
    'id',
  ]);
});

test('a terminal shows each mistake with its hint, a program gets them as a list', async (t) => {
  const path = writeSuite(temporaryFolder(t), text);
  const shown = fakeContext();
  assert.equal(await main(['plan', path], shown), 2);
  assert.equal(shown.err[0], `redistill: ${expected.length} mistakes:`);
  assert.ok(shown.err.includes('  It has: ceWeight, kdWeight, temperature.'));
  const listed = fakeContext();
  assert.equal(await main(['plan', path, '--json'], listed), 2);
  const { problems } = (listed.documents[0] as { error: { problems: readonly object[] } }).error;
  assert.equal(problems.length, expected.length);
  assert.deepEqual(Object.keys(problems[0] ?? {}), [
    'code',
    'message',
    'hint',
    'file',
    'line',
    'field',
  ]);
});
