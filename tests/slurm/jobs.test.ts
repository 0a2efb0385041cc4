import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { jobs } from '../../app/jobs.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import { executeOnCluster } from '../../runners/executors/cluster/execute.ts';
import type { ClusterOptions } from '../../runners/executors/cluster/options.ts';
import {
  readSubmissions,
  submissionFolder,
  submissionsFolder,
} from '../../runners/executors/cluster/submission.ts';
import { slurmPrograms } from '../../runners/executors/slurm/client.ts';
import { writePlan } from '../results/builder.ts';
import { activity, fakePlan, fakeTrial } from '../runners/executors/fixtures/fake.ts';
import { slurmOptions } from '../runners/executors/slurm/slurm-options.ts';
import { missingSlurm } from './cluster.ts';
import { useCluster } from './use-cluster.ts';

/* What a real Slurm says and does, with workers that train nothing. */
const skip = missingSlurm();

const own = useCluster('jobs', { environment: {} });

function execute(
  trials: readonly PlannedTrial[],
  config = '',
  overrides: Partial<ClusterOptions> = {},
) {
  const options = slurmOptions(own.workspace, slurmPrograms, `poll: 0.3\n${config}`, overrides);
  return executeOnCluster(fakePlan(trials), options);
}

const submissions = () => submissionsFolder(own.workspace, 'slurm');

test('students of a teacher below its gate leave the queue by themselves', { skip }, async () => {
  const teacher = fakeTrial('weak', { top1: 39.5 }, { gate: 40 });
  const students = [1, 2].map((id) => fakeTrial('student', { id }, { teacher }));
  const outcomes = await execute([teacher, ...students]);
  assert.deepEqual(
    outcomes.map(({ state }) => state),
    ['completed', 'failed gate', 'failed gate'],
  );
  const job = readSubmissions(submissions()).find(({ tasks }) => tasks.length === 2)?.job;
  for (let tries = 0; ; tries += 1) {
    const ours = (await slurmPrograms.queue()).filter((line) => line.job === job);
    if (ours.every(({ state }) => state === 'CANCELLED')) break;
    assert.ok(tries < 100, 'they are still there');
    await sleep(200);
  }
});

test('Ctrl-C with --on-interrupt cancel ends jobs at their checkpoints', { skip }, async () => {
  const stop = new AbortController();
  const trial = fakeTrial('one', { epochMs: 100 }, { epochs: 200 });
  const running = execute([trial], '', { signal: stop.signal, onInterrupt: 'cancel' });
  for (let tries = 0; activity(own.workspace).length === 0; tries += 1) {
    assert.ok(tries < 300, 'it never started');
    await sleep(100);
  }
  stop.abort();
  assert.equal((await running)[0]?.state, 'cancelled');
  assert.deepEqual(
    activity(own.workspace).map(({ what }) => what),
    ['start', 'cancelled'],
  );
});

test('jobs that go on are listed with the words of Slurm, and end at their checkpoints', {
  skip,
}, async () => {
  const trial = fakeTrial('one', { epochMs: 100 }, { epochs: 200 });
  const [left] = await execute([trial], '', { detach: true });
  assert.equal(left?.state, 'submitted');
  writePlan(own.workspace, fakePlan([trial]));
  const effects = { cwd: own.workspace, environment: {} };
  const held = async () => (await jobs({ workspace: own.workspace }, effects)).jobs;
  for (let tries = 0; activity(own.workspace).length === 0; tries += 1) {
    assert.ok(tries < 300, 'it never started');
    await sleep(100);
  }
  assert.deepEqual(
    (await held()).map(({ executor, stage, word, starts }) => [executor, stage, word, starts]),
    [['slurm', 'running', 'RUNNING', 1]],
  );
  await jobs({ workspace: own.workspace, suite: 'fake', cancel: true }, effects);
  for (let tries = 0; (await held()).length > 0; tries += 1) {
    assert.ok(tries < 100, 'it is still there');
    await sleep(200);
  }
  assert.deepEqual(
    activity(own.workspace).map(({ what }) => what),
    ['start', 'cancelled'],
  );
});

test('what Slurm refuses is told in its words', { skip }, async () => {
  await assert.rejects(execute([fakeTrial('one')], 'partition: nowhere\n'), {
    code: 'SLURM_REFUSED',
    message: /invalid partition specified: nowhere/,
  });
});

test('a script that ends before the worker is not tried again, and its log is named', {
  skip,
}, async () => {
  const [outcome] = await execute([fakeTrial('one')], 'setup: ["echo no such module; exit 7"]\n');
  assert.equal(outcome?.state, 'infrastructure');
  const [submission, ...more] = readSubmissions(submissions());
  assert.ok(submission !== undefined && more.length === 0);
  const log = join(submissionFolder(submissions(), submission.id), 'task-0.log');
  assert.ok(outcome?.reason.includes(log), outcome?.reason);
  assert.match(readFileSync(log, 'utf8'), /no such module/);
});
