import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { lockHolder } from '../../../common/lock.ts';
import { identify } from '../../../common/process-identity.ts';
import { journalFile, runFolder, runIdOf } from '../../../contract/paths.ts';
import type { PlannedTrial } from '../../../contract/plan-types.ts';
import type { LocalOptions } from '../../../runners/executors/local/execute.ts';
import type { TrialOutcome } from '../../../runners/executors/outcome.ts';
import { activity, fakePlan, fakeTrial, fingerprint } from './fixtures/fake.ts';

let workspace: string;
const started: ChildProcess[] = [];
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'redistill-interruption-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) killGroup(child, 'SIGKILL');
  await eventually(() => workerPids().every((pid) => identify(pid) === undefined));
  rmSync(workspace, { recursive: true, force: true });
});

test('Ctrl-C in a terminal stops every process, and the same command goes on', async () => {
  const teacher = fakeTrial('teacher', { epochMs: 200 }, { epochs: 6 });
  const other = fakeTrial('other', { epochMs: 200 }, { epochs: 6 });
  const student = fakeTrial('student', {}, { teacher });
  const plan = [teacher, other, student];
  const first = drive(plan);
  await eventually(() => epochsOf(teacher) >= 1 && epochsOf(other) >= 1);
  // What a terminal does: the signal goes to the whole foreground process group.
  killGroup(first.child, 'SIGINT');
  const { code, outcomes } = await first.over;
  assert.equal(code, 130);
  assert.deepEqual(states(outcomes), ['cancelled', 'cancelled', 'cancelled']);
  assert.deepEqual(
    workerPids().filter((pid) => identify(pid) !== undefined),
    [],
  );
  const done = epochsOf(teacher);
  assert.ok(done < 6);

  const second = await drive(plan).over;
  assert.deepEqual(states(second.outcomes), ['completed', 'completed', 'completed']);
  const starts = activity(workspace).filter(({ what }) => what === 'start');
  assert.equal(starts.filter(({ trial }) => trial === teacher.id).length, 2);
  const epochs = journal(teacher).filter((line) => line['type'] === 'epoch');
  assert.deepEqual(
    epochs.map((line) => line['epoch']),
    [1, 2, 3, 4, 5, 6],
  );
});

test('a worker that does not listen is killed after the grace period', async () => {
  const trial = fakeTrial('deaf', { behaviour: 'deaf' });
  const run = drive([trial], { limits: { grace: 1, heartbeat: 60, silence: 1800 } });
  await eventually(() => epochsOf(trial) >= 1);
  run.child.kill('SIGTERM');
  const { code, outcomes } = await run.over;
  assert.equal(code, 143);
  assert.deepEqual(states(outcomes), ['cancelled']);
  assert.deepEqual(
    workerPids().filter((pid) => identify(pid) !== undefined),
    [],
  );
});

test('a second Ctrl-C does not wait for the grace period', async () => {
  const trial = fakeTrial('deaf', { behaviour: 'deaf' });
  const run = drive([trial], { limits: { grace: 3600, heartbeat: 3600, silence: 3600 } });
  await eventually(() => epochsOf(trial) >= 1);
  run.child.kill('SIGINT');
  await sleep(200);
  run.child.kill('SIGINT');
  await run.over;
  await eventually(() => workerPids().every((pid) => identify(pid) === undefined));
});

test('kill -9 of the command alone ends its workers, and the next command takes the lock over', async () => {
  const trial = fakeTrial('one', { epochMs: 200 }, { epochs: 8 });
  const first = drive([trial]);
  await eventually(() => epochsOf(trial) >= 1);
  first.child.kill('SIGKILL');
  // At once, while the orphaned worker may still be writing its last lines.
  const second = await drive([trial]).over;
  assert.deepEqual(states(second.outcomes), ['completed']);
  const events = activity(workspace).map(({ what }) => what);
  assert.deepEqual(events, ['start', 'cancelled', 'start', 'completed']);
  assert.deepEqual(
    workerPids().filter((pid) => identify(pid) !== undefined),
    [],
  );
});

test('a hanging worker that outlived its command is killed by the next command', async () => {
  const trial = fakeTrial('deaf', { behaviour: 'deaf' });
  const limits = { grace: 1, heartbeat: 60, silence: 60 };
  const first = drive([trial], { limits });
  await eventually(() => epochsOf(trial) >= 1);
  first.child.kill('SIGKILL');
  await first.over;
  const second = drive([trial], { limits });
  await eventually(() => activity(workspace).length === 2);
  const [orphaned, successor] = workerPids();
  assert.equal(identify(orphaned as number), undefined);
  assert.notEqual(successor, orphaned);
  second.child.kill('SIGTERM');
  await second.over;
});

test('two commands at once train each trial once', async () => {
  const teacher = fakeTrial('teacher', { epochMs: 100 });
  const students = [1, 2, 3].map((number) =>
    fakeTrial(`student${number}`, { epochMs: 100 }, { teacher }),
  );
  const plan = [teacher, ...students];
  const both = await Promise.all([drive(plan).over, drive(plan).over]);
  for (const { outcomes } of both) {
    assert.deepEqual(states(outcomes), ['completed', 'completed', 'completed', 'completed']);
  }
  const starts = activity(workspace).filter(({ what }) => what === 'start');
  assert.deepEqual(starts.map(({ trial }) => trial).sort(), plan.map(({ id }) => id).sort());
  const told = both.flatMap(({ events }) => events.filter(({ type }) => type === 'elsewhere'));
  assert.ok(told.length > 0);
  for (const event of told) assert.match(String(event['holder']), /^process \d+$/);
  for (const trial of plan) {
    assert.equal(lockHolder(folderOf(trial)), undefined);
  }
});

interface Driven {
  readonly child: ChildProcess;
  readonly over: Promise<{
    readonly code: number | null;
    readonly outcomes: readonly TrialOutcome[];
    readonly events: readonly Record<string, unknown>[];
  }>;
}

/** The command, in a process group of its own as a shell gives it. */
function drive(trials: readonly PlannedTrial[], overrides: Partial<LocalOptions> = {}): Driven {
  const planFile = join(workspace, 'plan.json');
  mkdirSync(workspace, { recursive: true });
  writeFileSync(planFile, JSON.stringify(fakePlan(trials)));
  const driver = fileURLToPath(new URL('./fixtures/drive.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      driver,
      planFile,
      workspace,
      JSON.stringify(overrides),
    ],
    { detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  started.push(child);
  const events: Record<string, unknown>[] = [];
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    events.push(JSON.parse(line) as Record<string, unknown>);
  });
  const over = new Promise<Awaited<Driven['over']>>((resolve) => {
    child.on('close', (code) => {
      const last = events.find(({ type }) => type === 'over');
      resolve({ code, events, outcomes: (last?.['outcomes'] ?? []) as TrialOutcome[] });
    });
  });
  return { child, over };
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid as number), signal);
  } catch {
    // It has ended already.
  }
}

function workerPids(): number[] {
  return activity(workspace).map(({ pid }) => pid);
}

function folderOf(trial: PlannedTrial): string {
  return runFolder(workspace, trial.id, runIdOf(trial.id, fingerprint, 1));
}

function journal(trial: PlannedTrial): Record<string, unknown>[] {
  try {
    const text = readFileSync(journalFile(folderOf(trial)), 'utf8');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  } catch {
    return [];
  }
}

function epochsOf(trial: PlannedTrial): number {
  return journal(trial).filter((line) => line['type'] === 'epoch').length;
}

function states(outcomes: readonly TrialOutcome[]): string[] {
  return outcomes.map(({ state }) => state);
}

/** Waits for what other processes bring about; the test runner's own limit ends a wait in vain. */
async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}
