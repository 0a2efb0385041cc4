import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { formatDuration } from '../../cli/output/duration.ts';
import { comparabilityLines } from '../../cli/output/plan.ts';
import { progressBars } from '../../cli/output/progress-bars.ts';
import { progressLines } from '../../cli/output/progress-lines.ts';
import { ProgressState } from '../../cli/output/progress-state.ts';
import { summarise, summaryLines } from '../../cli/output/summary.ts';
import { renderTable } from '../../cli/output/table.ts';
import type { Plan, PlannedTrial } from '../../contract/plan-types.ts';
import type { ExecutorEvent } from '../../runners/executors/events.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';
import { fakePlan, fakeTrial } from '../runners/executors/fixtures/fake.ts';

test('durations are short to read', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0.04, '0.0 s'],
    [9.9, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [200, '3 min 20 s'],
    [3599.7, '1 h 00 min'],
    [7500, '2 h 05 min'],
  ];
  for (const [seconds, text] of cases) assert.equal(formatDuration(seconds), text);
});

test('a plan at paper scale says how many cells train by the published protocol, and why the others do not', () => {
  const cell = (id: string, notComparable: string | null) => ({
    ...{ id, row: id, method: 'kd', column: 'pair', metric: 'top1', noReference: null },
    ...{ published: { table: 't', row: id, column: 'pair' }, notComparable },
    ...{ trials: [], notRun: null },
  });
  const reason = 'the training departs from the published protocol: epochs 12, published 240.';
  const cells = [cell('A', null), cell('B', reason), cell('C', reason)];
  const plan: Plan = { ...fakePlan([]), notComparable: null, cells };
  assert.deepEqual(comparabilityLines(plan), [
    '',
    '1 of 3 cells with a published number trains by its protocol.',
    `not comparable: B, C: ${reason}`,
  ]);
  assert.deepEqual(comparabilityLines({ ...plan, notComparable: 'a proxy' }), []);
});

test('a table aligns its columns and ends no line with a space', () => {
  const lines = renderTable(
    [{ title: 'name' }, { title: 'n', align: 'right' }, { title: '' }],
    [
      ['a', '1', ''],
      ['longer', '12', 'ä note'],
    ],
  );
  assert.deepEqual(lines, ['name     n', 'a        1', 'longer  12  ä note']);
});

/** Teacher, plain student and KD with two seeds each; KD's second seed did not complete. */
function measuredPlan(): { plan: Plan; outcomes: TrialOutcome[] } {
  const teacher = fakeTrial('resnet20');
  const student = (method: string, seed: number): PlannedTrial => {
    const trial = fakeTrial('resnet8', {}, { teacher });
    return { ...trial, id: `${method}${seed}`, spec: { ...trial.spec, method, seed } };
  };
  const trials = [
    teacher,
    student('none', 1),
    student('none', 2),
    student('kd', 1),
    student('kd', 2),
  ];
  const cell = (row: string, method: string, ids: string[], notRun: string | null = null) => ({
    id: `${row}/pair/top1`,
    row,
    method,
    column: 'pair',
    metric: 'top1',
    published: null,
    noReference: 'none',
    notComparable: null,
    trials: ids,
    notRun,
  });
  const plan: Plan = {
    ...fakePlan(trials),
    columns: [{ id: 'pair', teacher: 'resnet20', student: 'resnet8' }],
    cells: [
      cell('Teacher', 'none', [teacher.id]),
      cell('Student', 'none', ['none1', 'none2']),
      cell('KD', 'kd', ['kd1', 'kd2']),
      cell('CRD', 'crd', [], 'the method crd is not implemented'),
    ],
  };
  const outcome = (trial: PlannedTrial, headline: number | null): TrialOutcome => ({
    trial: trial.id,
    state: headline === null ? 'diverged' : 'completed',
    reused: false,
    reason: '',
    run: null,
    headline,
    seconds: 1,
  });
  const values = [70, 50, 53, 52, null];
  return { plan, outcomes: trials.map((trial, index) => outcome(trial, values[index] ?? null)) };
}

test('the summary pairs gains by seed and says what is missing', () => {
  const { plan, outcomes } = measuredPlan();
  assert.deepEqual(
    summarise(plan, outcomes).map(({ row, n, planned, mean, sd, gain }) => [
      row,
      n,
      planned,
      mean,
      sd === null ? null : Number(sd.toFixed(4)),
      gain,
    ]),
    [
      ['Teacher', 1, 1, 70, null, null],
      ['Student', 2, 2, 51.5, 2.1213, null],
      ['KD', 1, 2, 52, null, 2],
      ['CRD', 0, 0, null, null, null],
    ],
  );
  assert.deepEqual(summaryLines(plan.task, summarise(plan, outcomes)), [
    'pair  method   top-1 %    sd       n   gain',
    'pair  Teacher    70.00             1',
    'pair  Student    51.50  2.12       2',
    'pair  KD         52.00        1 of 2  +2.00',
    'pair  CRD      not run             0',
  ]);
});

/** The life of one trial of three epochs and 30 steps, half of it done when the clock says 6 s. */
function* life(trial: PlannedTrial): Generator<{ at: number; event: ExecutorEvent }> {
  const message = (value: Extract<ExecutorEvent, { type: 'message' }>['message']) => ({
    type: 'message' as const,
    trial,
    message: value,
  });
  yield { at: 0, event: { type: 'started', trial, run: 'r', doneEpochs: 1 } };
  yield {
    at: 6000,
    event: message({
      type: 'progress',
      trial: trial.id,
      epoch: 2,
      epochs: 3,
      step: 5,
      steps: 10,
      loss: 1.5,
    }),
  };
  yield {
    at: 12_000,
    event: message({
      type: 'epoch',
      trial: trial.id,
      epoch: 2,
      epochs: 3,
      headline: 61.234,
      loss: 1.25,
      seconds: 9,
    }),
  };
  yield {
    at: 24_000,
    event: {
      type: 'finished',
      trial,
      outcome: {
        trial: trial.id,
        state: 'completed',
        reused: false,
        reason: '',
        run: 'r',
        headline: 63,
        seconds: 24,
      },
    },
  };
}

test('progress counts steps, and the speed is that of the steps done now', () => {
  const trial = fakeTrial('resnet8');
  let now = 0;
  const state = new ProgressState(fakePlan([trial, fakeTrial('other')]), () => now);
  const seen = [];
  for (const { at, event } of life(trial)) {
    now = at;
    state.apply(event);
    seen.push([state.doneSteps, state.secondsLeft()]);
  }
  // 60 steps in all, 10 of them done before: 5 steps in 6 s, then 10 in 12 s, then 20 in 24 s are
  // 1.2 s a step.
  assert.deepEqual(seen, [
    [10, undefined],
    [15, 54],
    [20, 48],
    [30, 72],
  ]);
  assert.equal(state.finished, 1);
});

test('a log has a line for starts, ends and some epochs', () => {
  const trial = fakeTrial('resnet8');
  let now = 0;
  const lines: string[] = [];
  const display = progressLines(
    (line) => lines.push(line),
    new ProgressState(fakePlan([trial]), () => now),
  );
  for (const { at, event } of life(trial)) {
    now = at;
    display.show(event);
  }
  assert.deepEqual(lines, [
    'resnet8 teacher seed 1: goes on after epoch 1 of 3',
    'resnet8 teacher seed 1: epoch 2/3, loss 1.250, top-1 61.23 %, suite: 12 s left',
    '[1/1] resnet8 teacher seed 1: completed, top-1 63.00 %, 24 s',
  ]);
});

test('epochs that are lost are said, with what is wrong with the checkpoint', () => {
  const trial = fakeTrial('resnet8');
  const lines: string[] = [];
  const state = new ProgressState(fakePlan([trial]), () => 0);
  const reasons = ['step-2.safetensors is truncated or changed.'];
  const message = { type: 'lost', trial: trial.id, epochs: 2, reasons } as const;
  progressLines((line) => lines.push(line), state).show({ type: 'message', trial, message });
  assert.deepEqual(lines, [
    'resnet8 teacher seed 1: step-2.safetensors is truncated or changed. 2 epochs are trained again.',
  ]);
});

test('a terminal has nested bars that leave no trace but the log', () => {
  const trial = fakeTrial('resnet8');
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 200, rows: 50 });
  const display = progressBars(stream, new ProgressState(fakePlan([trial]), () => 0));
  const events = [...life(trial)].map(({ event }) => event);
  for (const event of events.slice(0, 3)) display.show(event);
  display.note('a sentence');
  display.stop();
  const raw = String(stream.read());
  const text = stripVTControlCharacters(raw);
  assert.match(text, /goes on after epoch 1 of 3/);
  assert.match(text, /a sentence/);
  assert.match(text, /█+░+ 66% 0 of 1 trials/);
  assert.match(text, /resnet8 teacher seed 1, epoch 3\/3, step 0\/10, loss 1\.250, top-1 61\.23 %/);
  // The cursor is hidden and shown again.
  assert.ok(raw.lastIndexOf('\u001b[?25h') > raw.lastIndexOf('\u001b[?25l'));
});
