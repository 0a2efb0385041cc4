import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock } from '../../../../common/lock.ts';
import { partition } from '../../../../contract/cohorts.ts';
import { runFolder, runIdOf } from '../../../../contract/paths.ts';
import type { PlannedTrial } from '../../../../contract/plan-types.ts';
import { executeOnCluster } from '../../../../runners/executors/cluster/execute.ts';
import {
  readSubmissions,
  submissionsFolder,
} from '../../../../runners/executors/cluster/submission.ts';
import type { ExecutorEvent } from '../../../../runners/executors/events.ts';
import { activity, fakePlan, fakeTrial, fingerprint } from '../fixtures/fake.ts';
import { FakeSlurm } from './fake-slurm.ts';
import { slurmOptions } from './slurm-options.ts';

let workspace: string;
let slurm: FakeSlurm;
let events: ExecutorEvent[];
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'redistill-slurm-cohorts-'));
  slurm = new FakeSlurm();
  events = [];
});
afterEach(async () => {
  await slurm.settle();
  rmSync(workspace, { recursive: true, force: true });
});

const teacher = fakeTrial('teacher');
const students = (...hypers: Parameters<typeof fakeTrial>[1][]) =>
  hypers.map((hyper, index) => fakeTrial(`student ${index}`, hyper, { teacher }));

function execute(
  trials: readonly PlannedTrial[],
  memoryMiB = Number.POSITIVE_INFINITY,
  device: 'cpu' | 'gpu' = 'cpu',
) {
  const limits = { students: 10, workers: 1, memoryMiB, memoryOf: () => 1450 };
  const options = slurmOptions(workspace, slurm, 'poll: 0.2\n', {
    partition: (some) => partition(some, limits),
    listener: (event) => events.push(event),
    device,
  });
  return executeOnCluster(fakePlan(trials), options);
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
const started = () => activity(workspace).filter(({ what }) => what === 'start');

test('students of one teacher are one task and one process, each with its own run', async () => {
  const list = students({ top1: 40 }, { top1: 50 }, { top1: 60 });
  const outcomes = await execute([teacher, ...list]);
  assert.deepEqual(
    outcomes.map(({ state, headline }) => [state, headline]),
    [50, 40, 50, 60].map((top1) => ['completed', top1]),
  );
  assert.equal(new Set(outcomes.map(({ run }) => run)).size, 4);
  assert.deepEqual(processes(), [[teacher.id], ids(list)]);
  const arrays = slurm.submitted.map((options) =>
    options.find((option) => option.startsWith('--array')),
  );
  assert.deepEqual(arrays, ['--array=0-0', '--array=0-0']);
  const starts = events.filter((event) => event.type === 'started');
  assert.deepEqual(
    starts.filter(({ trial }) => trial.id !== teacher.id).map((event) => event.students),
    starts.slice(1).map(() => 3),
  );
  const again = await execute([teacher, ...list]);
  assert.ok(again.every(({ reused }) => reused));
  assert.equal(slurm.submitted.length, 2);
});

test('a task has no more students than there is memory for', async () => {
  const list = students(...[1, 2, 3, 4].map((n) => ({ n })));
  await execute([teacher, ...list], 450 + 2 * 1000);
  assert.deepEqual(processes().slice(1).sort(), [ids(list.slice(0, 2)), ids(list.slice(2))].sort());
  const [, second] = readSubmissions(submissionsFolder(workspace, 'slurm'));
  assert.deepEqual(
    second?.tasks.map(({ trials }) => trials.map(({ trial }) => trial)),
    [ids(list.slice(0, 2)), ids(list.slice(2))],
  );
});

test('one that diverges leaves and is told at once; a requeue goes on with the others', async () => {
  const list = students({ behaviour: 'diverges' }, { epochMs: 600 }, { epochMs: 500 });
  const diverged = list[0] as PlannedTrial;
  const running = execute([teacher, ...list]);
  await waitFor(() => events.some(({ type, trial }) => type === 'finished' && trial === diverged));
  assert.equal(slurm.find('101_0').state, 'RUNNING');
  slurm.find('101_0').warn.abort();
  assert.deepEqual(states(await running), ['completed', 'diverged', 'completed', 'completed']);
  assert.deepEqual(processes().slice(1), [ids(list), ids(list.slice(1))]);
  assert.equal(slurm.submitted.length, 2);
});

test('the time limit ends in checkpoints of the whole cohort, and all of it goes on', async () => {
  const list = students({ epochMs: 300 }, { epochMs: 310 });
  const running = execute([teacher, ...list]);
  await waitFor(() => started().length === 3);
  slurm.find('101_0').warn.abort();
  assert.deepEqual(states(await running), Array(3).fill('completed'));
  const whats = activity(workspace).filter(({ trial }) => trial === list[1]?.id);
  assert.deepEqual(
    whats.map(({ what }) => what),
    ['start', 'cancelled', 'start', 'completed'],
  );
});

test('a cohort that the node has no memory for is parted by its task until it fits', async () => {
  const list = students(...Array.from({ length: 4 }, (_, n) => ({ roomFor: 1, n })));
  const outcomes = await execute([teacher, ...list]);
  assert.deepEqual(states(outcomes), Array(5).fill('completed'));
  const [one, two, three, four] = list.map(({ id }) => [id]);
  const halves = [ids(list.slice(0, 2)), ids(list.slice(2))];
  assert.deepEqual(processes().slice(1), [ids(list), halves[0], one, two, halves[1], three, four]);
  assert.equal(slurm.submitted.length, 2);
});

test('a cohort whose job has several GPUs is shared out among them, a worker each', async (t) => {
  withGpus(t, '4,6');
  const list = students(...[1, 2, 3].map((n) => ({ n, epochMs: 300 })));
  const outcomes = await execute([teacher, ...list], undefined, 'gpu');
  assert.deepEqual(states(outcomes), Array(4).fill('completed'));
  assert.deepEqual(processes()[0], ['4', teacher.id]);
  assert.deepEqual(
    new Set(
      processes()
        .slice(1)
        .map(([gpu, ...trials]) => [gpu, trials].join()),
    ),
    new Set([['4', ...ids(list.slice(0, 2))].join(), ['6', ...ids(list.slice(2))].join()]),
  );
  assert.equal(overlapping(list), true);
});

test('a worker that fails on one GPU of a job does not end that on the other', async (t) => {
  withGpus(t, '0,1');
  const list = students({ behaviour: 'crashes-once', epochMs: 100 }, { epochMs: 400 });
  const [broken, sound] = list as [PlannedTrial, PlannedTrial];
  const outcomes = await execute([teacher, ...list], undefined, 'gpu');
  assert.deepEqual(states(outcomes), Array(3).fill('completed'));
  const startsOf = ({ id }: PlannedTrial) => started().filter(({ trial }) => trial === id).length;
  assert.deepEqual([broken, sound].map(startsOf), [2, 1]);
});

test('halves of a cohort for which a GPU has no memory are trained one after the other', async (t) => {
  withGpus(t, '0');
  const list = students(...[1, 2, 3].map((n) => ({ n, gpuRoomFor: 2 })));
  const outcomes = await execute([teacher, ...list], undefined, 'gpu');
  assert.deepEqual(states(outcomes), Array(4).fill('completed'));
  const groups = [ids(list), ids(list.slice(0, 2)), ids(list.slice(2))];
  assert.deepEqual(
    processes().slice(1),
    groups.map((group) => ['0', ...group]),
  );
});

test('a cohort whose job Slurm ends for its memory is submitted again in two tasks', async () => {
  const list = students(...Array.from({ length: 3 }, (_, n) => ({ n })));
  slurm.holds = ({ id }) => id === '101_0';
  const running = execute([teacher, ...list]);
  await waitFor(() => slurm.tasks.length === 2 && events.some(({ type }) => type === 'finished'));
  slurm.find('101_0').state = 'OUT_OF_MEMORY';
  assert.deepEqual(states(await running), Array(4).fill('completed'));
  assert.deepEqual(processes().slice(1).sort(), [ids(list.slice(0, 2)), ids(list.slice(2))].sort());
  const parted = events.filter((event) => event.type === 'parted');
  assert.deepEqual(
    parted.map(({ trial, students: size }) => [trial.id, size]),
    ids(list).map((id) => [id, 3]),
  );
  assert.ok(!events.some(({ type }) => type === 'retrying'));
});

test('a member that another command trains is left to it, and the others are not held up', async () => {
  const list = students({ top1: 40 }, { top1: 50 });
  const [busy, free] = list as [PlannedTrial, PlannedTrial];
  slurm.holds = ({ id }) => id === '101_0' && !taken;
  let taken = false;
  const running = execute([teacher, ...list]);
  await waitFor(() => slurm.tasks.length === 2);
  // Between the submission and the start.
  const attempt = acquireLock(runFolder(workspace, busy.id, runIdOf(busy.id, fingerprint, 1)));
  assert.ok(attempt.kind === 'held');
  taken = true;
  await waitFor(() => events.some(({ type, trial }) => type === 'finished' && trial === free));
  assert.deepEqual(processes().at(-1), [free.id]);
  attempt.lock.release();
  assert.deepEqual(states(await running), Array(3).fill('completed'));
  assert.deepEqual(processes().at(-1), [busy.id]);
});

/** What a queue says to a job of the GPUs that it gives it. */
function withGpus(t: TestContext, visible: string): void {
  const before = process.env['CUDA_VISIBLE_DEVICES'];
  process.env['CUDA_VISIBLE_DEVICES'] = visible;
  t.after(() => {
    if (before === undefined) delete process.env['CUDA_VISIBLE_DEVICES'];
    else process.env['CUDA_VISIBLE_DEVICES'] = before;
  });
}

/** Whether all of them had begun before one came to its end. */
function overlapping(trials: readonly PlannedTrial[]): boolean {
  const events = activity(workspace).filter(({ trial }) => ids(trials).includes(trial));
  return events.slice(0, trials.length).every(({ what }) => what === 'start');
}

async function waitFor(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2000; tries += 1) {
    if (condition()) return;
    await sleep(20);
  }
  throw new Error('waited in vain');
}
