import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPublished } from '../../reference/published/loader.ts';
import { coverageOf, numberKey } from '../../suites/coverage.ts';
import { presentCoverage, supposedPaperPlans } from '../../suites/coverage-by-name.ts';

const published = loadPublished();

test('every published number is counted once, with the one reason that keeps it from the next stage', () => {
  const coverage = presentCoverage(new Set());
  assert.equal(coverage.known, published.cells.length);
  for (const groups of [coverage.systems, coverage.tables]) {
    for (const count of ['known', 'declared', 'runnable', 'comparable', 'measured'] as const)
      assert.equal(
        groups.reduce((sum, group) => sum + group[count], 0),
        coverage[count],
        count,
      );
  }
  for (const group of [coverage, ...coverage.systems, ...coverage.tables, ...coverage.suites]) {
    const { known, declared, runnable, comparable } = group;
    const kept = { declared: 0, runnable: 0, comparable: 0 };
    for (const { stage, numbers } of group.reasons) kept[stage] += numbers;
    assert.deepEqual(kept, {
      declared: known - declared,
      runnable: declared - runnable,
      comparable: runnable - comparable,
    });
  }
});

test('a cell counts as far as its own plan goes, and of two cells for one number the furthest', () => {
  const [plan] = supposedPaperPlans().filter(({ suite }) => suite === 'dkd-same');
  const place = { table: 'dkd-readme-cifar100-same', column: 'resnet56__resnet20' };
  const kd = numberKey({ ...place, row: 'KD', metric: 'top1' });
  const keep = new Set(['KD', 'DKD']);
  const cells =
    plan?.cells.filter(({ row, column }) => keep.has(row) && column === place.column) ?? [];
  const [one, two] = cells.toSorted((a, b) => (a.row < b.row ? 1 : -1));
  assert.ok(plan !== undefined && one !== undefined && two !== undefined);
  const numbers = published.cells.filter(
    ({ table, column, row }) => table === place.table && column === place.column && keep.has(row),
  );
  const counted = (changed: typeof cells, more: typeof cells = []) =>
    coverageOf({
      published: { cells: numbers, tables: published.tables },
      plans: [
        { ...plan, cells: changed },
        { ...plan, suite: 'other', cells: more },
      ],
      notDeclared: new Map(),
      measured: new Set([kd]),
    });
  const stages = ({ declared, runnable, comparable, measured }: ReturnType<typeof counted>) => [
    declared,
    runnable,
    comparable,
    measured,
  ];
  assert.deepEqual(stages(counted([one, two])), [2, 2, 2, 1]);
  assert.deepEqual(stages(counted([])), [0, 0, 0, 0]);
  const notRun = { ...one, notRun: 'no network', trials: [] };
  const departs = { ...two, notComparable: 'epochs 12, published 240' };
  const kept = counted([notRun, departs]);
  assert.deepEqual(stages(kept), [2, 1, 0, 0]);
  assert.deepEqual(
    kept.reasons.map(({ stage, reason, numbers: count }) => [stage, reason, count]),
    [
      ['runnable', 'no network', 1],
      ['comparable', 'epochs 12, published 240', 1],
    ],
  );
  const twice = counted([notRun, departs], [one]);
  assert.deepEqual(stages(twice), [2, 2, 1, 1]);
  assert.deepEqual(
    twice.suites.map(({ name, known, runnable }) => [name, known, runnable]),
    [
      ['dkd-same', 2, 1],
      ['other', 1, 1],
    ],
  );
});
