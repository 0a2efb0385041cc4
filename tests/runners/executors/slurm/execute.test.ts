import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock } from '../../../../common/lock.ts';
import { runFolder } from '../../../../contract/paths.ts';
import type { PlannedTrial } from '../../../../contract/plan-types.ts';
import { executeOnCluster } from '../../../../runners/executors/cluster/execute.ts';
import type { ClusterOptions } from '../../../../runners/executors/cluster/options.ts';
import {
  readSubmissions,
  submissionFolder,
  submissionsFolder,
} from '../../../../runners/executors/cluster/submission.ts';
import type { ExecutorEvent } from '../../../../runners/executors/events.ts';
import { executeLocally } from '../../../../runners/executors/local/execute.ts';
import { activity, fakeOptions, fakePlan, fakeTrial, fingerprint } from '../fixtures/fake.ts';
import { FakeSlurm } from './fake-slurm.ts';
import { slurmOptions } from './slurm-options.ts';

let workspace: string;
let slurm: FakeSlurm;
let notices: string[];
let events: ExecutorEvent[];
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'redistill-slurm-'));
  slurm = new FakeSlurm();
  notices = [];
  events = [];
});
afterEach(async () => {
  await slurm.settle();
  rmSync(workspace, { recursive: true, force: true });
});

function execute(
  trials: readonly PlannedTrial[],
  overrides: Partial<ClusterOptions> = {},
  config = '',
) {
  const options = slurmOptions(workspace, slurm, `poll: 0.2\n${config}`, {
    notice: (line) => notices.push(line),
    listener: (event) => events.push(event),
    ...overrides,
  });
  return executeOnCluster(fakePlan(trials), options);
}

const submissions = () => submissionsFolder(workspace, 'slurm');
const runOf = (trial: PlannedTrial) =>
  runFolder(workspace, trial.id, `${trial.id}-${fingerprint.slice(0, 8)}-1`);

test('teachers are one array, and the students of each teacher another behind its task', async () => {
  const [one, two] = [fakeTrial('one'), fakeTrial('two')];
  const students = [1, 2, 3].map((id) => fakeTrial('student', { id }, { teacher: one }));
  const other = fakeTrial('other', {}, { teacher: two });
  const outcomes = await execute([...students, one, other, two]);
  assert.deepEqual(
    outcomes.map(({ state, reused, headline }) => ({ state, reused, headline })),
    outcomes.map(() => ({ state: 'completed', reused: false, headline: 50 })),
  );
  const asked = slurm.submitted.map((each) =>
    each.filter((option) => /^--(array|dependency|kill)/.test(option)),
  );
  assert.deepEqual(asked, [
    ['--array=0-1'],
    ['--array=0-2', '--dependency=afterok:100_0', '--kill-on-invalid-dep=yes'],
    ['--array=0-0', '--dependency=afterok:100_1', '--kill-on-invalid-dep=yes'],
  ]);
  const told = events.filter(({ type }) => type === 'finished').map(({ trial }) => trial.id);
  assert.deepEqual([...told].sort(), outcomes.map(({ trial }) => trial).sort());
  assert.ok(events.some(({ type }) => type === 'started'));
});

test('a second execution recomputes and submits nothing, and a local one takes over what is there', async () => {
  const teacher = fakeTrial('teacher');
  const trials = [teacher, fakeTrial('student', {}, { teacher })];
  await execute(trials);
  const again = await execute(trials);
  assert.ok(again.every(({ reused, state }) => reused && state === 'completed'));
  assert.equal(slurm.submitted.length, 2);
  const local = await executeLocally(fakePlan(trials), fakeOptions(workspace));
  assert.ok(local.every(({ reused }) => reused));
});

test('a command that comes back finds its jobs, even one whose number it never wrote down', async () => {
  const teacher = fakeTrial('teacher', { epochMs: 100 });
  const trials = [teacher, fakeTrial('student', {}, { teacher })];
  slurm.losesAnswer = true;
  const left = await execute(trials, { detach: true });
  assert.deepEqual(
    left.map(({ state }) => state),
    ['submitted', 'submitted'],
  );
  const outcomes = await execute(trials);
  assert.ok(outcomes.every(({ state, reused }) => state === 'completed' && !reused));
  assert.equal(slurm.submitted.length, 2);
  assert.equal(activity(workspace).filter(({ what }) => what === 'start').length, 2);
  assert.ok(readSubmissions(submissions()).every(({ job }) => job !== null));
});

test('a controller that does not answer is waited for', async () => {
  const trial = fakeTrial('one', { epochMs: 150 });
  const running = execute([trial]);
  await sleep(300);
  slurm.deaf = 3;
  assert.equal((await running)[0]?.state, 'completed');
  assert.match(notices.join('\n'), /Slurm does not answer.*\n.*Slurm answers again/s);
});

test('the time limit ends in a checkpoint and in the queue again; students go on waiting', async () => {
  const teacher = fakeTrial('teacher', { epochMs: 300 });
  const student = fakeTrial('student', {}, { teacher });
  const running = execute([teacher, student]);
  await waitFor(() => activity(workspace).length > 0);
  slurm.find('100_0').warn.abort();
  const outcomes = await running;
  assert.ok(outcomes.every(({ state }) => state === 'completed'));
  const teachers = activity(workspace).filter(({ trial }) => trial === teacher.id);
  assert.deepEqual(
    teachers.map(({ what }) => what),
    ['start', 'cancelled', 'start', 'completed'],
  );
  assert.equal(slurm.submitted.length, 2);
});

test('a worker that dies is started again by its task, and given up when it gets nowhere', async () => {
  const once = await execute([fakeTrial('one', { behaviour: 'crashes-once' })]);
  assert.equal(once[0]?.state, 'completed');
  const trial = fakeTrial('two', { behaviour: 'dies-first' });
  const [outcome] = await execute([trial]);
  assert.equal(outcome?.state, 'infrastructure');
  assert.match(outcome?.reason ?? '', /ended by SIGKILL/);
  const starts = activity(workspace).filter((each) => each.trial === trial.id);
  assert.equal(starts.length, 3);
});

test('a node that fails is retried so often and no more; a trial that fails is not', async () => {
  const trial = fakeTrial('one');
  slurm.holds = () => true;
  const running = execute([trial]);
  for (let count = 0; count < 3; count += 1) {
    await waitFor(() => slurm.tasks.length > count);
    (slurm.tasks[count] as { state: string }).state = 'NODE_FAIL';
  }
  const [lost] = await running;
  assert.equal(lost?.state, 'infrastructure');
  assert.match(lost?.reason ?? '', /3 times in a row .*NODE_FAIL/);
  assert.equal(events.filter(({ type }) => type === 'retrying').length, 2);

  slurm.holds = () => false;
  const [diverged] = await execute([fakeTrial('two', { behaviour: 'diverges' })]);
  assert.equal(diverged?.state, 'diverged');
  assert.equal(slurm.submitted.length, 4);
});

test('the students of a teacher below its gate leave the queue', async () => {
  const teacher = fakeTrial('weak', { top1: 39.5 }, { gate: 40 });
  const student = fakeTrial('student', {}, { teacher });
  const outcomes = await execute([teacher, student]);
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['completed', 'failed gate'],
  );
  await slurm.settle();
  await slurm.queue();
  assert.equal(slurm.find('101_0').reason, 'DependencyNeverSatisfied');
});

test('students that fell out of the queue with their teacher come back with it', async () => {
  const teacher = fakeTrial('teacher');
  const student = fakeTrial('student', {}, { teacher });
  slurm.holds = () => slurm.tasks.length < 3;
  const running = execute([teacher, student]);
  await waitFor(() => slurm.tasks.length === 2);
  slurm.find('100_0').state = 'NODE_FAIL';
  const outcomes = await running;
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['completed', 'completed'],
  );
});

test('a job that somebody cancelled stays cancelled, until the command is given again', async () => {
  const trial = fakeTrial('one');
  slurm.holds = () => true;
  const running = execute([trial]);
  await waitFor(() => slurm.tasks.length === 1);
  await slurm.cancel(['100_0']);
  const [cancelled] = await running;
  assert.deepEqual(
    [cancelled?.state, cancelled?.reason],
    ['cancelled', 'Its job 100_0 was cancelled.'],
  );
  slurm.holds = () => false;
  const [again] = await execute([trial]);
  assert.equal(again?.state, 'completed');
});

test('Ctrl-C leaves the jobs, or cancels them at their checkpoints', async () => {
  const trial = fakeTrial('one', { epochMs: 100 }, { epochs: 20 });
  const leave = new AbortController();
  const first = execute([trial], { signal: leave.signal });
  await waitFor(() => activity(workspace).length > 0);
  leave.abort();
  assert.equal((await first)[0]?.state, 'submitted');
  assert.equal(slurm.find('100_0').state, 'RUNNING');

  const cancel = new AbortController();
  const second = execute([trial], { signal: cancel.signal, onInterrupt: 'cancel' });
  await sleep(300);
  cancel.abort();
  assert.equal((await second)[0]?.state, 'cancelled');
  assert.equal(activity(workspace).at(-1)?.what, 'cancelled');
  assert.equal(slurm.submitted.length, 1);
});

test('what Slurm refuses is an error, unless jobs of ours run whose end may make room', async () => {
  slurm.refusal = 'Slurm refused the jobs: Invalid partition name specified.';
  await assert.rejects(execute([fakeTrial('one')]), { code: 'SLURM_REFUSED', exitCode: 2 });

  slurm.refusal = null;
  slurm.capacity = 1;
  const trials = [fakeTrial('one'), fakeTrial('two')];
  const outcomes = await execute(trials, {}, 'arraySize: 1\n');
  assert.ok(outcomes.every(({ state }) => state === 'completed'));
  assert.match(notices.join('\n'), /job submit limit\. Trying again later/);
});

test('jobs that Slurm has forgotten are judged by what they wrote', async () => {
  const trial = fakeTrial('one', { epochMs: 50 });
  const [left] = await execute([trial], { detach: true });
  assert.equal(left?.state, 'submitted');
  await slurm.queue();
  await slurm.settle();
  slurm.purge();
  const [outcome] = await execute([trial]);
  assert.deepEqual([outcome?.state, outcome?.reused], ['completed', false]);
  assert.equal(slurm.submitted.length, 1);
});

test('a trial that another command trains here is waited for, and not submitted', async () => {
  const trial = fakeTrial('one');
  const attempt = acquireLock(runOf(trial));
  assert.ok(attempt.kind === 'held');
  const running = execute([trial]);
  await waitFor(() => events.some(({ type }) => type === 'elsewhere'));
  assert.equal(slurm.submitted.length, 0);
  attempt.lock.release();
  assert.equal((await running)[0]?.state, 'completed');
});

test('the lock of a job whose node died with it is broken by the next start', async () => {
  const trial = fakeTrial('one');
  const folder = runOf(trial);
  const attempt = acquireLock(folder, { job: '7_0' });
  assert.ok(attempt.kind === 'held');
  const elsewhere = { pid: 1, host: `not-${hostname()}`, started: 'x' };
  writeFileSync(
    join(folder, 'lock.1'),
    JSON.stringify({ owner: elsewhere, worker: null, job: '7_0' }),
  );
  const [outcome] = await execute([trial]);
  assert.equal(outcome?.state, 'completed');
});

test('a submission that a crash left half made is none, and one of another version is refused', async () => {
  const trial = fakeTrial('one');
  slurm.deaf = 0;
  await execute([trial]);
  const known = readSubmissions(submissions())[0];
  assert.ok(known !== undefined);
  const file = join(submissionFolder(submissions(), known.id), 'submission.json');
  rmSync(file);
  assert.deepEqual(readSubmissions(submissions()), []);
  writeFileSync(file, JSON.stringify({ ...known, schemaVersion: 1 }));
  await assert.rejects(execute([trial]), {
    code: 'CLUSTER_SUBMISSION',
    message: `${file} is of version 1; this Redistill reads version 2.`,
  });
});

async function waitFor(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2000; tries += 1) {
    if (condition()) return;
    await sleep(20);
  }
  throw new Error('waited in vain');
}
