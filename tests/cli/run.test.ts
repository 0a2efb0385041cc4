import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectRows } from '../../app/run/select.ts';
import { judge } from '../../app/run/verdict.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { shareOut } from '../../runners/executors/local/resources.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';
import { fakePlan, fakeTrial } from '../runners/executors/fixtures/fake.ts';

const teacher = fakeTrial('resnet20', {}, { gate: 40 });
const plain = fakeTrial('resnet8');
const kd = fakeTrial('resnet8', { T: 4 }, { teacher });
const cell = (row: string, method: string, trials: string[]) => ({
  id: `${row}/pair/top1`,
  row,
  method,
  column: 'pair',
  metric: 'top1',
  published: null,
  noReference: 'none',
  notComparable: null,
  trials,
  notRun: null,
});
const plan: Plan = {
  ...fakePlan([teacher, plain, kd]),
  rows: [
    { name: 'Student', method: 'none' },
    { name: 'SD-KD', method: 'kd+sdd' },
  ],
  cells: [cell('Student', 'none', [plain.id]), cell('SD-KD', 'kd+sdd', [kd.id])],
};

test('--only takes rows or methods, with the teachers they need', () => {
  const ids = (names: string[] | undefined) => selectRows(plan, names).trials.map(({ id }) => id);
  assert.deepEqual(ids(undefined), [teacher.id, plain.id, kd.id]);
  assert.deepEqual(ids(['none']), [plain.id]);
  assert.deepEqual(ids(['sd-kd']), [teacher.id, kd.id]);
  assert.deepEqual(ids(['kd+sdd', 'Student']), [teacher.id, plain.id, kd.id]);
  assert.deepEqual(
    selectRows(plan, ['none']).rows.map(({ name }) => name),
    ['Student'],
  );
});

test('--only names the nearest row', () => {
  assert.throws(() => selectRows(plan, ['kd+sd']), {
    code: 'RUN_ONLY',
    message: /"kd\+sd" is no row or method of the suite fake\. Did you mean "kd\+sdd"\?/,
  });
});

test('workers share out cores and memory unless told otherwise', () => {
  const nothing = { workers: undefined, threads: undefined };
  const machine = { cores: 8, memoryGiB: 64 };
  assert.deepEqual(shareOut(machine, { ...nothing, device: 'cpu' }), { workers: 8, threads: 1 });
  assert.deepEqual(shareOut(machine, { workers: undefined, threads: 3, device: 'cpu' }), {
    workers: 2,
    threads: 3,
  });
  assert.deepEqual(shareOut(machine, { workers: 5, threads: 4, device: 'cpu' }), {
    workers: 5,
    threads: 4,
  });
  assert.deepEqual(shareOut(machine, { ...nothing, device: 'gpu' }), { workers: 1, threads: 8 });
  const small = { cores: 8, memoryGiB: 7 };
  assert.deepEqual(shareOut(small, { ...nothing, device: 'cpu' }), { workers: 2, threads: 1 });
  const tiny = { cores: 1, memoryGiB: 1 };
  assert.deepEqual(shareOut(tiny, { ...nothing, device: 'cpu' }), { workers: 1, threads: 1 });
});

test('the exit code is that of the worst outcome that a retry would not mend', () => {
  const outcome = (state: TrialOutcome['state'], headline = 50): TrialOutcome => ({
    trial: '',
    state,
    reused: false,
    reason: 'Why.',
    run: null,
    headline,
    seconds: 0,
  });
  const verdict = (...outcomes: TrialOutcome[]) => judge(plan, outcomes, ({ spec }) => spec.model);
  const good = outcome('completed');
  assert.equal(verdict(good, good, good).exitCode, 0);
  assert.equal(verdict(good, outcome('infrastructure'), good).exitCode, 3);
  assert.equal(verdict(good, outcome('infrastructure'), outcome('diverged')).exitCode, 1);
  assert.equal(verdict(outcome('infrastructure'), good, outcome('blocked')).exitCode, 3);
  const cancelled = verdict(good, outcome('cancelled'), good);
  assert.deepEqual([cancelled.cancelled, cancelled.exitCode], [true, 0]);

  const gate = verdict(outcome('completed', 39), good, outcome('failed gate'));
  assert.equal(gate.exitCode, 1);
  assert.deepEqual(gate.complaints, [
    'resnet20: failed gate: The teacher resnet20 (seed 1) reached 39.00 % top-1, below its gate of 40 %.',
    'resnet8: failed gate: Why.',
  ]);
});
