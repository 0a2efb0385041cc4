import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { progressOf } from '../../app/progress.ts';
import { watch } from '../../app/watch.ts';
import { main } from '../../cli/main.ts';
import { watchLines } from '../../cli/output/watch.ts';
import { acquireLock } from '../../common/lock.ts';
import { JournalWriter } from '../../contract/journal.ts';
import { journalFile, planFile, runFolder, runIdOf } from '../../contract/paths.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import type { PlanStatus, TrialState, TrialStatus } from '../../contract/status.ts';
import { fakeContext } from '../cli/fake-context.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { fakePlan, fakeTrial, fingerprint } from '../runners/executors/fixtures/fake.ts';

const trial = (state: TrialState, differences: Partial<TrialStatus> = {}): TrialStatus => ({
  trial: Math.random().toString(16).slice(2),
  role: 'student',
  model: 'resnet8',
  teacher: 'resnet20',
  method: 'kd',
  seed: 1,
  state,
  reason: '',
  run: null,
  epoch: state === 'completed' ? 10 : 0,
  epochs: 10,
  steps: 100,
  epochSeconds: state === 'completed' ? 6 : null,
  idleSeconds: null,
  students: 1,
  headline: null,
  heartbeatAge: null,
  holder: null,
  seconds: null,
  ...differences,
});
const planOf = (...trials: readonly TrialStatus[]): PlanStatus => ({
  suite: 'quick',
  title: 'Quick',
  task: 'classification',
  scale: 'proxy',
  trials,
});
const running = (differences: Partial<TrialStatus>) =>
  trial('running', { holder: 'process 1', ...differences });

describe('time left', () => {
  test('is what the missing epochs take, less what the present one took', () => {
    const one = running({ epoch: 4, epochSeconds: 6, idleSeconds: 2 });
    const { secondsLeft, doneSteps, running: now } = progressOf(planOf(one));
    assert.equal(now[0]?.secondsLeft, 34);
    assert.equal(secondsLeft, 36);
    assert.equal(doneSteps, 40);
  });

  test('is shared by the processes that run, and reckons waiting trials by their like', () => {
    const plan = planOf(
      running({ holder: 'process 1', epoch: 5, epochSeconds: 6 }),
      running({ holder: 'process 2', epoch: 5, epochSeconds: 6 }),
      trial('waiting'),
      trial('waiting', { method: 'crd' }),
      trial('completed', { method: 'crd', epochSeconds: 12 }),
    );
    // 30 + 30 + 60 + 120 seconds of work for two processes.
    assert.equal(progressOf(plan).secondsLeft, 120);
  });

  test('of a cohort counts its epoch once', () => {
    const member = { holder: 'process 1', epoch: 5, epochSeconds: 12, students: 2 };
    const { secondsLeft } = progressOf(planOf(running(member), running(member)));
    assert.equal(secondsLeft, 60);
  });

  test('is not said before a speed is known, or where nothing runs', () => {
    assert.equal(progressOf(planOf(running({}))).secondsLeft, null);
    assert.equal(progressOf(planOf(trial('completed'), trial('waiting'))).secondsLeft, null);
  });

  test('has nothing to wait for in trials that ended badly or are blocked', () => {
    const plan = planOf(trial('diverged', { epoch: 2 }), trial('blocked'), trial('completed'));
    const { doneSteps, steps, ended, open } = progressOf(plan);
    assert.deepEqual([doneSteps, steps, ended, open], [300, 300, 3, 0]);
    assert.equal(progressOf(planOf(trial('cancelled'), trial('interrupted'))).open, 2);
  });
});

/** A workspace with one planned trial; `hold` makes it run. */
function workspaceWith(context: TestContext, planned: PlannedTrial) {
  const workspace = temporaryFolder(context);
  const plan = fakePlan([planned]);
  const file = planFile(workspace, plan.suite, plan.scale);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(plan));
  const folder = runFolder(workspace, planned.id, runIdOf(planned.id, fingerprint, 1));
  mkdirSync(folder, { recursive: true });
  return {
    workspace,
    hold() {
      const attempt = acquireLock(folder);
      if (attempt.kind !== 'held') throw new Error('the lock is taken');
      return attempt.lock;
    },
    complete() {
      const { writer } = JournalWriter.open(journalFile(folder), () => '2026-01-01T00:00:00.000Z');
      writer.append({ type: 'end', state: 'completed', reason: '', weights: null, seconds: 5 });
      writer.close();
    },
  };
}

describe('watching', { timeout: 60_000 }, () => {
  test('goes on while something runs, and ends by itself when all has ended', async (context) => {
    const { workspace, hold, complete } = workspaceWith(context, fakeTrial('one'));
    const lock = hold();
    const states: string[] = [];
    for await (const { suites } of watch({ workspace, interval: 0.01, patience: 0 })) {
      states.push(suites[0]?.trials[0]?.state ?? '');
      if (states.length === 3) {
        complete();
        lock.release();
      }
    }
    assert.deepEqual(states, ['running', 'running', 'running', 'completed']);
  });

  test('ends when nothing has run for as long as its patience, and not before', async (context) => {
    const { workspace } = workspaceWith(context, fakeTrial('one'));
    let [now, looks] = [0, 0];
    const clock = { now: () => new Date(0), elapsed: () => now };
    for await (const { progress } of watch(
      { workspace, interval: 0.001, patience: 30 },
      { clock },
    )) {
      assert.equal(progress[0]?.open, 1);
      looks += 1;
      now += 10_000;
    }
    assert.equal(looks, 3);
  });

  test('is stopped by its signal at once, and leaves the run alone', async (context) => {
    const { workspace, hold } = workspaceWith(context, fakeTrial('one'));
    const lock = hold();
    const stop = new AbortController();
    const own = fakeContext({ cwd: workspace, signal: stop.signal });
    const watching = main(['status', '--watch', '--interval', '600'], own);
    setTimeout(() => stop.abort(), 200);
    assert.equal(await watching, 0);
    assert.match(
      own.out[0] ?? '',
      /^fake@smoke: 0 of 1 trials ended, 0 % of the steps done, 1 running$/,
    );
    assert.match(own.out.join('\n'), /running/);
    lock.release();
  });

  test('prints plain lines where nobody watches, the table at its end, and what is open', async (context) => {
    const { workspace } = workspaceWith(context, fakeTrial('one'));
    const own = fakeContext({ cwd: workspace });
    assert.equal(await main(['status', '--watch', '--interval', '0.1', '--patience', '0'], own), 0);
    assert.deepEqual(own.out.slice(0, 3), [
      'fake@smoke: 0 of 1 trials ended, 0 % of the steps done',
      'fake@smoke: A suite for the fake worker',
      '1 trial: 1 waiting',
    ]);
    assert.deepEqual(own.err, [
      'Nothing runs. "redistill run" goes on with what is open: 1 trial.',
    ]);
  });

  test('options without their place are refused', async () => {
    for (const [words, said] of [
      [['--watch', '--json'], /--json prints one document/],
      [['--patience', '3'], /--patience belongs to --watch/],
    ] as const) {
      const own = fakeContext();
      assert.equal(await main(['status', ...words], own), 2);
      assert.match(own.err.join('\n') + JSON.stringify(own.documents), said);
    }
  });

  test('a log gets a line when trials begin or end, and one a minute between', () => {
    let now = 0;
    const lines: string[] = [];
    const { show } = watchLines(
      (line) => lines.push(line),
      () => now,
    );
    const look = (...trials: readonly TrialStatus[]) => {
      const suite = planOf(...trials);
      show({ workspace: '', suites: [suite], progress: [progressOf(suite)] });
    };
    const one = (epoch: number) => running({ trial: 'a', epoch, epochSeconds: 6 });
    look(one(1));
    look(one(2));
    now = 61_000;
    look(one(3));
    look(trial('completed', { trial: 'a' }));
    assert.deepEqual(lines, [
      'quick@proxy: 0 of 1 trials ended, 10 % of the steps done, 1 running, 54 s left',
      'quick@proxy: 0 of 1 trials ended, 30 % of the steps done, 1 running, 42 s left',
      'quick@proxy: 1 of 1 trials ended, 100 % of the steps done',
    ]);
  });
});
