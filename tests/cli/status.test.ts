import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { main } from '../../cli/main.ts';
import { acquireLock } from '../../common/lock.ts';
import { JournalWriter } from '../../contract/journal.ts';
import type { JournalRecord } from '../../contract/journal-types.ts';
import { heartbeatFile, journalFile, planFile, runFolder, runIdOf } from '../../contract/paths.ts';
import type { Plan, PlannedTrial } from '../../contract/plan-types.ts';
import { planStatus, readPlans } from '../../contract/status.ts';
import { makeEnvironment } from '../results/builder.ts';
import { fakePlan, fakeTrial, fingerprint } from '../runners/executors/fixtures/fake.ts';
import { fakeContext } from './fake-context.ts';

let workspace: string;
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'redistill-status-'));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const folderOf = (trial: PlannedTrial, attempt = 1) =>
  runFolder(workspace, trial.id, runIdOf(trial.id, fingerprint, attempt));

const epoch = (number: number, value: number): JournalRecord => ({
  type: 'epoch',
  epoch: number,
  step: number * 10,
  lr: 0.1,
  losses: { total: 1 },
  metrics: [{ task: 'classification', name: 'top1', split: 'test', value }],
  lossChain: '',
  trainSeconds: 1,
  evalSeconds: 1,
  msPerStep: 1,
  peakMemoryMiB: 1,
});
const end = (state: 'completed' | 'diverged' | 'cancelled', reason = ''): JournalRecord => ({
  type: 'end',
  state,
  reason,
  weights: null,
  seconds: 75,
});

function write(trial: PlannedTrial, records: readonly JournalRecord[], attempt = 1): void {
  const file = journalFile(folderOf(trial, attempt));
  mkdirSync(dirname(file), { recursive: true });
  const { writer } = JournalWriter.open(file, () => `2026-01-0${attempt}T00:00:00.000Z`);
  for (const record of records) writer.append(record);
  writer.close();
}

function writePlan(plan: Plan): void {
  const file = planFile(workspace, plan.suite, plan.scale);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(plan));
}

test('the state of every trial comes from journals, locks and heartbeats', () => {
  const teacher = fakeTrial('strong', {}, { gate: 40 });
  const weak = fakeTrial('weak', {}, { gate: 40 });
  const broken = fakeTrial('broken');
  const running = fakeTrial('a', {}, { teacher });
  const waiting = fakeTrial('b', {}, { teacher });
  const interrupted = fakeTrial('c', {}, { teacher });
  const gated = fakeTrial('d', {}, { teacher: weak });
  const blocked = fakeTrial('e', {}, { teacher: broken });
  const retried = fakeTrial('f', {}, { teacher });
  const damaged = fakeTrial('g', {}, { teacher });
  const trials = [teacher, weak, broken, running, waiting, interrupted, gated, blocked, retried];
  write(teacher, [epoch(1, 30), epoch(3, 45), end('completed')]);
  write(weak, [epoch(3, 39), end('completed')]);
  write(broken, [epoch(1, 1), end('diverged', 'NaN in step 12.')]);
  write(interrupted, [epoch(1, 20)]);
  write(retried, [end('diverged', 'NaN.')], 1);
  write(retried, [epoch(2, 33), end('cancelled', 'Asked to stop.')], 2);
  write(damaged, []);
  writeFileSync(journalFile(folderOf(damaged)), 'rubbish\n');
  write(running, [epoch(2, 25)]);
  const lock = acquireLock(folderOf(running));
  writeFileSync(heartbeatFile(folderOf(running)), '');
  utimesSync(heartbeatFile(folderOf(running)), 1000, 1000);

  const status = planStatus(workspace, fakePlan([...trials, damaged]), 1_003_500);
  assert.deepEqual(
    status.trials.map(({ model, state, epoch: done, headline }) => [model, state, done, headline]),
    [
      ['strong', 'completed', 3, 45],
      ['weak', 'completed', 3, 39],
      ['broken', 'diverged', 1, 1],
      ['a', 'running', 2, 25],
      ['b', 'waiting', 0, null],
      ['c', 'interrupted', 1, 20],
      ['d', 'failed gate', 0, null],
      ['e', 'blocked', 0, null],
      ['f', 'cancelled', 2, 33],
      ['g', 'unreadable', 0, null],
    ],
  );
  const [, , , a, , , d, e] = status.trials;
  assert.equal(a?.heartbeatAge, 3.5);
  assert.equal(a?.holder, `process ${process.pid}`);
  assert.equal(d?.reason, 'weak reached 39.00 % top-1, below its gate of 40 %.');
  assert.equal(e?.reason, 'broken did not complete (diverged).');
  if (lock.kind === 'held') lock.lock.release();
});

test('a run that a resume took up again is not over', () => {
  const trial = fakeTrial('one');
  const environment = makeEnvironment();
  write(trial, [
    epoch(1, 20),
    end('cancelled'),
    { type: 'resume', epoch: 1, step: 10, lostEpochs: 0, environment },
  ]);
  const [status] = planStatus(workspace, fakePlan([trial]), 0).trials;
  assert.equal(status?.state, 'interrupted');
});

test('the command prints a table, and a document with --json', async () => {
  const done = fakeTrial('resnet20', {}, { gate: 40 });
  const student = fakeTrial('resnet8', {}, { teacher: done });
  writePlan(fakePlan([done, student]));
  write(done, [epoch(3, 45.678), end('completed')]);
  const context = fakeContext({ cwd: workspace });
  assert.equal(await main(['status', 'fake'], context), 0);
  assert.deepEqual(context.out, [
    'fake@smoke: A suite for the fake worker',
    '2 trials: 1 completed, 1 waiting',
    '  trial             model     method   seed  state      epoch  top-1 %',
    `  ${done.id}  resnet20  teacher     1  completed    3/3    45.68  1 min 15 s`,
    `  ${student.id}  resnet8   kd          1  waiting      0/3`,
    '',
  ]);
  const json = fakeContext({ cwd: workspace });
  assert.equal(await main(['status', '--json'], json), 0);
  const [document] = json.documents as [{ suites: { counts: unknown; trials: unknown[] }[] }];
  assert.deepEqual(document.suites[0]?.counts, { completed: 1, waiting: 1 });
  assert.equal(document.suites[0]?.trials.length, 2);
});

test('an unknown suite and an unreadable plan are named', async () => {
  writePlan(fakePlan([]));
  const context = fakeContext({ cwd: workspace });
  assert.equal(await main(['status', 'fak@smoke'], context), 2);
  assert.deepEqual(context.err, [
    'redistill: No suite "fak@smoke" was run in this workspace.',
    '  Did you mean "fake@smoke"?',
  ]);
  writeFileSync(planFile(workspace, 'other', 'proxy'), '{');
  const damaged = fakeContext({ cwd: workspace });
  assert.equal(await main(['status'], damaged), 1);
  assert.match(damaged.err[0] ?? '', /other@proxy\.json is not a plan: /);
});

test('an empty workspace is no error', async () => {
  const context = fakeContext({ cwd: workspace });
  assert.equal(await main(['status'], context), 0);
  assert.deepEqual(context.out, [`Nothing was run in ${workspace} yet.`]);
});

test('pipes and folders in the place of plans and journals are not waited for', {
  timeout: 30_000,
}, async () => {
  const piped = fakeTrial('piped');
  const folder = fakeTrial('folder');
  writePlan(fakePlan([piped, folder]));
  execFileSync('mkfifo', [planFile(workspace, 'pipe', 'smoke')]);
  mkdirSync(planFile(workspace, 'folder', 'smoke'));
  mkdirSync(folderOf(piped), { recursive: true });
  execFileSync('mkfifo', [journalFile(folderOf(piped))]);
  mkdirSync(journalFile(folderOf(folder)), { recursive: true });
  const plans = readPlans(workspace);
  assert.deepEqual(
    plans.map(({ suite }) => suite),
    ['fake'],
  );
  const { trials } = planStatus(workspace, plans[0] as Plan, 0);
  assert.deepEqual(
    trials.map(({ state }) => state),
    ['unreadable', 'unreadable'],
  );
  assert.match(trials[0]?.reason ?? '', /journal\.jsonl is a FIFO and no journal/);
  assert.match(trials[1]?.reason ?? '', /journal\.jsonl is a folder and no journal/);
});
