import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { acquireLock } from '../../../common/lock.ts';
import { partition } from '../../../contract/cohorts.ts';
import { runFolder, runIdOf } from '../../../contract/paths.ts';
import type { PlannedTrial } from '../../../contract/plan-types.ts';
import type { ExecutorEvent } from '../../../runners/executors/events.ts';
import { executeLocally, type LocalOptions } from '../../../runners/executors/local/execute.ts';
import { activity, fakeOptions, fakePlan, fakeTrial, fingerprint } from './fixtures/fake.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'redistill-cohorts-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const teacher = fakeTrial('teacher');
const students = (...hypers: Parameters<typeof fakeTrial>[1][]) =>
  hypers.map((hyper, index) => fakeTrial(`student ${index}`, hyper, { teacher }));

function options(more: Partial<LocalOptions> = {}): LocalOptions {
  const limits = {
    students: 10,
    workers: 1,
    memoryMiB: Number.POSITIVE_INFINITY,
    memoryOf: () => 1000,
  };
  return {
    ...fakeOptions(workspace),
    workers: 1,
    partition: (trials) => partition(trials, limits),
    ...more,
  };
}
/** The trials of every process, in the order of their starts. */
const processes = () =>
  readFileSync(join(workspace, 'processes.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' '));
const ids = (trials: readonly PlannedTrial[]) => trials.map(({ id }) => id);
const states = (outcomes: readonly { readonly state: string }[]) =>
  outcomes.map(({ state }) => state);

test('students of one teacher are trained by one worker, each with its own run', async () => {
  const list = students({ top1: 40 }, { top1: 50 }, { top1: 60 });
  const outcomes = await executeLocally(fakePlan([teacher, ...list]), options());
  assert.deepEqual(states(outcomes), Array(4).fill('completed'));
  assert.deepEqual(
    outcomes.map(({ headline }) => headline),
    [50, 40, 50, 60],
  );
  assert.deepEqual(processes(), [[teacher.id], ids(list)]);
  assert.equal(new Set(outcomes.map(({ run }) => run)).size, 4);
});

test('what was measured before is not trained for company', async () => {
  const list = students({ top1: 40 }, { top1: 50 }, { top1: 60 });
  await executeLocally(fakePlan([teacher, list[1] as PlannedTrial]), options());
  const outcomes = await executeLocally(fakePlan([teacher, ...list]), options());
  assert.deepEqual(
    outcomes.map(({ reused }) => reused),
    [true, false, true, false],
  );
  assert.deepEqual(processes().at(-1), [list[0]?.id, list[2]?.id]);
});

test('one that diverges is told at once and the others complete', async () => {
  const list = students({ behaviour: 'diverges' }, { epochMs: 400 }, { epochMs: 300 });
  const finished: string[] = [];
  const listener = (event: ExecutorEvent) => {
    if (event.type === 'finished') finished.push(event.trial.id);
  };
  const outcomes = await executeLocally(fakePlan([teacher, ...list]), options({ listener }));
  assert.deepEqual(states(outcomes), ['completed', 'diverged', 'completed', 'completed']);
  assert.deepEqual(finished, [teacher.id, list[0]?.id, list[2]?.id, list[1]?.id]);
});

test('a worker that is killed is started again with those that had not ended', async () => {
  const list = students(
    { epochMs: 1 },
    { behaviour: 'crashes-once', epochMs: 300 },
    { epochMs: 600 },
  );
  const outcomes = await executeLocally(fakePlan([teacher, ...list]), options());
  assert.deepEqual(states(outcomes), Array(4).fill('completed'));
  const again = processes().slice(2).flat();
  assert.ok(!again.includes(list[0]?.id as string), 'the first had ended before');
  assert.ok(again.includes(list[1]?.id as string) && again.includes(list[2]?.id as string));
});

test('a cohort that the machine has no memory for is parted in two until it fits', async () => {
  const list = students(...Array.from({ length: 4 }, (_, n) => ({ roomFor: 2, n })));
  const outcomes = await executeLocally(fakePlan([teacher, ...list]), options({ retries: 0 }));
  assert.deepEqual(states(outcomes), Array(5).fill('completed'));
  assert.deepEqual(processes().slice(1), [ids(list), ids(list.slice(0, 2)), ids(list.slice(2))]);
});

test('a cohort that a GPU has no memory for is parted too, though its worker told so itself', async () => {
  const list = students(...Array.from({ length: 4 }, (_, n) => ({ gpuRoomFor: 2, n })));
  const outcomes = await executeLocally(fakePlan([teacher, ...list]), options({ retries: 0 }));
  assert.deepEqual(states(outcomes), Array(5).fill('completed'));
  assert.deepEqual(processes().slice(1), [ids(list), ids(list.slice(0, 2)), ids(list.slice(2))]);
});

test('a trial that breaks its machine is tried again behind the others, a bounded number of times', async () => {
  const bad = fakeTrial('bad', { behaviour: 'no-gpu' }, { epochs: 9 });
  const good = [fakeTrial('good'), fakeTrial('better')];
  const outcomes = await executeLocally(fakePlan([bad, ...good]), options({ retries: 2 }));
  assert.deepEqual(states(outcomes), ['infrastructure', 'completed', 'completed']);
  const starts = activity(workspace).filter(({ what }) => what === 'start');
  const order = starts.map(({ trial }) => (trial === bad.id ? 'bad' : 'good'));
  assert.deepEqual(order, ['bad', 'good', 'good', 'bad', 'bad']);
});

test('every worker sees the GPU of its place, and no other', async () => {
  const trials = ['a', 'b', 'c', 'd'].map((name) => fakeTrial(name, { epochMs: 100 }));
  await executeLocally(fakePlan(trials), options({ workers: 2, gpus: ['3', 'GPU-5e2f'] }));
  const devices = processes().map(([device]) => device);
  assert.deepEqual(new Set(devices.slice(0, 2)), new Set(['3', 'GPU-5e2f']));
  assert.equal(devices.length, 4);
  for (const device of devices) assert.ok(device === '3' || device === 'GPU-5e2f', device);
});

test('a member that another command trains is left to it, and the others are not held up', async () => {
  const list = students({ top1: 40 }, { top1: 50 });
  const busy = list[0] as PlannedTrial;
  const folder = runFolder(workspace, busy.id, runIdOf(busy.id, fingerprint, 1));
  const attempt = acquireLock(folder);
  assert.ok(attempt.kind === 'held');
  const events: string[] = [];
  const listener = (event: ExecutorEvent) => {
    if (event.type === 'elsewhere') events.push(event.trial.id);
    if (event.type === 'finished' && event.trial.id === list[1]?.id) attempt.lock.release();
  };
  const outcomes = await executeLocally(fakePlan([teacher, ...list]), options({ listener }));
  assert.deepEqual(states(outcomes), Array(3).fill('completed'));
  assert.deepEqual(events, [busy.id]);
  assert.deepEqual(processes().slice(1), [[list[1]?.id], [busy.id]]);
});
