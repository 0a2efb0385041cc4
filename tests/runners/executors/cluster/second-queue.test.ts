import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { jobs } from '../../../../app/jobs.ts';
import { executors as listed } from '../../../../app/list/executors.ts';
import { askedOptions, openExecutor } from '../../../../app/run/executor.ts';
import { run } from '../../../../app/run.ts';
import { executorOptions } from '../../../../cli/executor-options.ts';
import { partition } from '../../../../contract/cohorts.ts';
import type { PlannedTrial } from '../../../../contract/plan-types.ts';
import {
  readSubmissions,
  submissionsFolder,
} from '../../../../runners/executors/cluster/submission.ts';
import { executors } from '../../../../runners/executors/kinds.ts';
import { writePlan } from '../../../results/builder.ts';
import { temporaryFolder } from '../../../results/temporary.ts';
import { activity, fakeOptions, fakePlan, fakeTrial, fakeWorker } from '../fixtures/fake.ts';
import { processes } from './process-queue/executor.ts';
import { settled } from './process-queue/queue.ts';

/*
 * An executor with another queue is one folder (process-queue) and one line in the table, which is
 * the `add` here. Words, options, refusals, arrays, dependencies, cohorts, locks and retries come
 * from code that all queues share.
 */
executors.add('processes', processes, 'process-queue/executor.ts');
const kept = { executor: 'processes', spool: 'spool' };
afterEach(settled);

function place(workspace: string) {
  return { cwd: workspace, workspace, environment: {} };
}

async function execute(workspace: string, trials: readonly PlannedTrial[], detach = false) {
  const { workers, command, retryPause, ...shared } = fakeOptions(workspace);
  const executor = await openExecutor({ ...kept, cohort: 2, detach }, place(workspace));
  const limits = { ...executor.cohorts, memoryOf: () => 500 };
  return executor.execute(fakePlan(trials), {
    ...{ ...shared, worker: fakeWorker, notice: () => {} },
    partition: (some) => partition(some, limits),
  });
}

test('a second queue trains arrays behind their teachers, in cohorts, and reuses what it has', async (t) => {
  const workspace = temporaryFolder(t);
  const teacher = fakeTrial('teacher');
  const students = [1, 2, 3].map((n) => fakeTrial('student', { n }, { teacher }));
  const outcomes = await execute(workspace, [...students, teacher]);
  assert.deepEqual(
    outcomes.map(({ state, reused, headline }) => [state, reused, headline]),
    Array(4).fill(['completed', false, 50]),
  );
  const submissions = readSubmissions(submissionsFolder(workspace, 'processes'));
  assert.deepEqual(
    submissions.map(({ tasks }) => tasks.map(({ trials }) => trials.length)),
    [[1], [2, 1]],
  );
  assert.ok(!existsSync(submissionsFolder(workspace, 'slurm')));
  assert.ok(readdirSync(join(workspace, 'spool')).includes('state.json'));
  const again = await execute(workspace, [...students, teacher]);
  assert.ok(again.every(({ reused }) => reused));
});

test('what a second queue ends is tried again, and given up when it gets nowhere', async (t) => {
  const workspace = temporaryFolder(t);
  const once = fakeTrial('one', { behaviour: 'crashes-once' });
  const diverging = fakeTrial('two', { behaviour: 'diverges' });
  const hopeless = fakeTrial('three', { behaviour: 'dies-first' });
  const outcomes = await execute(workspace, [once, diverging, hopeless]);
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['completed', 'diverged', 'infrastructure'],
  );
  const starts = activity(workspace).filter(({ what }) => what === 'start');
  assert.equal(starts.filter(({ trial }) => trial === once.id).length, 2);
  assert.equal(starts.filter(({ trial }) => trial === hopeless.id).length, 3);
});

test('jobs that go on without the command are listed, and end at a checkpoint', async (t) => {
  const workspace = temporaryFolder(t);
  const trials = [1, 2, 3].map((n) => fakeTrial('long', { n, epochMs: 200 }, { epochs: 500 }));
  const left = await execute(workspace, trials, true);
  assert.ok(left.every(({ state }) => state === 'submitted'));
  writePlan(workspace, fakePlan(trials));
  const where = { cwd: workspace, environment: {} };
  const listed = await jobs({ workspace }, where);
  assert.deepEqual(
    listed.jobs.map(({ executor, task, stage, names }) => [executor, task, stage, names]),
    [
      ['processes', '1_0', 'running', ['long teacher seed 1']],
      ['processes', '1_1', 'running', ['long teacher seed 1']],
      ['processes', '1_2', 'waiting', ['long teacher seed 1']],
    ],
  );
  while (activity(workspace).length < 2) await sleep(50);
  await assert.rejects(jobs({ workspace, cancel: true }, where), { code: 'JOBS_CANCEL' });
  const ended = await jobs({ workspace, suite: 'fake', cancel: true }, where);
  assert.ok(ended.cancelled && ended.jobs.length === 3);
  await settled();
  assert.deepEqual((await jobs({ workspace }, where)).jobs, []);
  const whats = activity(workspace).map(({ what }) => what);
  assert.deepEqual(whats.sort(), ['cancelled', 'cancelled', 'start', 'start']);
});

test('its words and options are those of every executor: help, list, refusals, the plan', async (t) => {
  const table: Readonly<Record<string, object>> = await executorOptions();
  assert.deepEqual(table['slots'], {
    ...{ kind: 'integer', minimum: 1 },
    summary: 'processes: tasks at a time',
  });
  assert.match(JSON.stringify(table['detach']), /"slurm, processes: submit the jobs and return"/);
  const context = { data: null, environment: {} };
  assert.ok((await listed.list(context)).some(({ name }) => name === 'processes'));
  const { tables } = await listed.describe('processes', context);
  assert.ok(tables[0]?.rows.some(([option]) => option === '--spool DIR'));
  assert.deepEqual(await askedOptions(kept), ['--executor', 'processes', '--spool', 'spool']);
  const here = place(temporaryFolder(t));
  await assert.rejects(openExecutor({ ...kept, slurmConfig: 'x.yaml' }, here), {
    code: 'RUN_EXECUTOR_OPTION',
    message: '--slurm-config is for --executor slurm, and this run has --executor processes.',
  });
});

test('options that do not fit are refused before anything is planned', async (t) => {
  const workspace = temporaryFolder(t);
  const refused = run({ suite: 'default@smoke', workspace, ...kept, workers: 2 });
  await assert.rejects(refused, { code: 'RUN_EXECUTOR_OPTION', exitCode: 2 });
  const unknown = run({ suite: 'default@smoke', workspace, executor: 'process' });
  await assert.rejects(unknown, { code: 'RUN_EXECUTOR', message: /Did you mean "processes"/ });
  assert.deepEqual(readdirSync(workspace), []);
});
