import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { lockHolder } from '../../common/lock.ts';
import { readJournal } from '../../contract/journal.ts';
import { journalFile, modelFile } from '../../contract/paths.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { readSubmissions, submissionsFolder } from '../../runners/executors/cluster/submission.ts';
import { missingSlurm } from './cluster.ts';
import { useCluster } from './use-cluster.ts';

/*
 * The whole path on a real Slurm: a suite as arrays with dependencies, interrupted in every way
 * that a cluster knows, against the same suite on this machine without Slurm.
 */
const skip = missingSlurm();
const cli = fileURLToPath(new URL('../../cli/bin.js', import.meta.url));
const suite = fileURLToPath(new URL('./fixtures/arrays.yaml', import.meta.url));

const own = useCluster('suite');

test('a suite on Slurm, through every interruption, has the bits of the same suite on this machine', {
  skip,
}, async (t) => {
  // What a shell would trip over must reach the jobs as it is.
  const workspace = join(own.folder, `it's "$HOME" %a; touch x &`);
  const config = join(own.folder, 'slurm.yaml');
  writeFileSync(config, 'schemaVersion: 1\npartition: main\npoll: 0.5\ntime: 30\ngrace: 30\n');
  // Of the three students of a teacher and seed two are a cohort, and one is alone.
  const start = () =>
    run(workspace, '--executor', 'slurm', '--slurm-config', config, '--cohort', '2');

  const first = start();
  const [teacher, plain, ...more] = await until(() => {
    const known = existsSync(join(workspace, 'runs'))
      ? readSubmissions(submissionsFolder(workspace, 'slurm'))
      : [];
    return known.length === 3 && known.every(({ job }) => job !== null) ? known : undefined;
  });
  const students = more[0];
  assert.ok(teacher !== undefined && plain !== undefined && students !== undefined);
  const sizes = [teacher, plain, students].map(({ tasks }) =>
    tasks.map(({ trials }) => trials.length),
  );
  assert.deepEqual(sizes, [[1], [1, 1], [2, 1, 2, 1]]);
  // The login node dies; jobs do not notice.
  first.kill('SIGKILL');
  await first;

  const teacherTask = `${teacher.job}_0`;
  const teacherRun = teacher.tasks[0]?.trials[0]?.folder as string;
  await until(() => hasCheckpoint(teacherRun));
  // The time limit comes near.
  await own.cluster.call('scancel', '--signal=USR2', '--batch', teacherTask);
  const second = start();
  await until(() => isWaiting(teacherTask, 'BeginTime'));
  await t.test('students wait for a teacher that was requeued', async () => {
    assert.ok(await isWaiting(`${students.job}_0`, 'Dependency'));
  });

  // The controller dies and comes back.
  await own.cluster.stopController();
  await sleep(1500);
  await own.cluster.startController();
  const hurry = hurryRequeued();

  const [cohort, single] = students.tasks;
  assert.ok(cohort !== undefined && single !== undefined);
  const together = cohort.trials.map((trial) => trial.folder);
  const victim = single.trials[0].folder;
  await Promise.all([
    // A more important job takes the node.
    until(() => together.every(hasCheckpoint)).then(() =>
      own.cluster.call('scontrol', 'requeue', `${students.job}_0`),
    ),
    // A worker dies as if memory had run out.
    until(() => hasCheckpoint(victim)).then(() =>
      process.kill(lockHolder(victim)?.worker?.pid as number, 'SIGKILL'),
    ),
  ]);

  const { stdout, stderr, exitCode } = await second;
  hurry.abort();
  assert.equal(exitCode, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /9 of 9 trials computed, 0 reused/);
  assert.equal(
    readSubmissions(submissionsFolder(workspace, 'slurm')).length,
    3,
    'the second command submitted again',
  );
  await t.test('what was interrupted went on from its checkpoint', () => {
    for (const run of [teacherRun, victim, ...together]) {
      const resume = readJournal(journalFile(run)).lines.find(({ type }) => type === 'resume');
      assert.ok(resume?.type === 'resume' && resume.step > 0, run);
    }
  });
  await t.test('a cohort was trained together before its requeue, and after it', () => {
    for (const run of together) {
      const { lines } = readJournal(journalFile(run));
      const resumed = lines.findIndex(({ type }) => type === 'resume');
      for (const part of [lines.slice(0, resumed), lines.slice(resumed)]) {
        const shared = part.filter((line) => line.type === 'epoch' && line.students === 2);
        assert.ok(shared.length > 0, run);
      }
    }
  });
  await t.test('no folder of the jobs was made by a shell', () => {
    assert.deepEqual(readdirSync(workspace).sort(), ['reports', 'results.duckdb', 'runs']);
  });

  const localWorkspace = join(own.folder, 'local');
  const local = await run(localWorkspace);
  assert.equal(local.exitCode, 0, local.stderr);
  await t.test('every trial has the same losses, metrics and weights', () => {
    const runs = (place: string) =>
      plan(place).trials.map(({ id }) => {
        const trial = join(place, 'runs', id);
        const [name] = readdirSync(trial);
        return join(trial, name as string);
      });
    const there = runs(workspace);
    const here = runs(localWorkspace);
    assert.equal(there.length, 9);
    here.forEach((run, index) => {
      const other = there[index] as string;
      assert.deepEqual(measured(other), measured(run));
      assert.deepEqual(readFileSync(modelFile(other)), readFileSync(modelFile(run)));
    });
  });
  await t.test('the same command once more has nothing to do', async () => {
    const again = await start();
    assert.match(again.stdout, /Nothing to compute: all 9 trials/);
    assert.equal(readSubmissions(submissionsFolder(workspace, 'slurm')).length, 3);
  });
});

function run(workspace: string, ...more: string[]) {
  const shared = ['--checkpoint-seconds', '0', '--workspace', workspace];
  return execa(process.execPath, [cli, 'run', suite, '--scale', 'smoke', ...shared, ...more], {
    env: own.cluster.environment,
    reject: false,
    stdin: 'ignore',
  });
}

function plan(workspace: string): Plan {
  return JSON.parse(readFileSync(join(workspace, 'runs/plans/arrays@smoke.json'), 'utf8'));
}

/** Numbers of a run, without what depends on time and on how often it was started. */
function measured(run: string) {
  const epochs = new Map<number, unknown>();
  let end: unknown;
  for (const line of readJournal(journalFile(run)).lines) {
    if (line.type === 'epoch') {
      const { epoch, step, lr, losses, metrics, lossChain } = line;
      epochs.set(epoch, { step, lr, losses, metrics, lossChain });
    }
    if (line.type === 'end') end = { state: line.state, weights: line.weights };
  }
  return { epochs: [...epochs].sort(([a], [b]) => a - b), end };
}

/** @throws AssertionError where the run has failed: nothing would come of waiting for it. */
function hasCheckpoint(run: string): boolean {
  if (!existsSync(journalFile(run))) return false;
  const { lines } = readJournal(journalFile(run));
  const end = lines.findLast(({ type }) => type === 'end');
  if (end?.type === 'end') {
    assert.ok(['completed', 'cancelled', 'infrastructure'].includes(end.state), end.reason);
  }
  return lines.some(({ type }) => type === 'checkpoint');
}

async function isWaiting(task: string, reason: string): Promise<boolean> {
  const queue = await own.cluster.call('squeue', '--noheader', '--array', '--format=%F_%K %T %r');
  return queue.split('\n').includes(`${task} PENDING ${reason}`);
}

/** Slurm holds a requeued job back for two minutes; here it may start at once. */
function hurryRequeued(): AbortController {
  const stop = new AbortController();
  void (async () => {
    while (!stop.signal.aborted) {
      const queue = await own.cluster
        .call('squeue', '--noheader', '--array', '--states=PENDING', '--format=%A %r')
        .catch(() => '');
      for (const line of queue.split('\n').filter((each) => each.endsWith(' BeginTime'))) {
        const job = line.split(' ')[0] as string;
        await own.cluster
          .call('scontrol', 'update', `JobId=${job}`, 'StartTime=now')
          .catch(() => '');
      }
      await sleep(500);
    }
  })();
  return stop;
}

/**
 * Waits for a condition for as long as it takes: a busy machine is no failure, and the test runner
 * has a limit.
 */
async function until<T>(
  find: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    await sleep(200);
  }
}
