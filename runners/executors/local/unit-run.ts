import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock, describeHolder, orphan, removeDeadLocks } from '../../../common/lock.ts';
import type { PlannedTrial } from '../../../contract/plan-types.ts';
import type { TrialId } from '../../../contract/spec.ts';
import type { TrialOutcome } from '../outcome.ts';
import { decideFor, folderOf, notStarted, reusedOutcome, sameRun, unusable } from '../trial-run.ts';
import { trainHeld } from './unit-training.ts';
import type { HeldTrial, UnitOptions } from './unit-types.ts';

/** Seconds between two looks at a run that another command trains. */
const elsewherePause = 1;

/**
 * Brings trials that can share a process to their ends: reuses what was measured, waits for another
 * command that trains one, resumes what was interrupted, and trains the rest together in a worker,
 * again after infrastructure failures.
 */
export async function runUnit(
  trials: readonly PlannedTrial[],
  options: UnitOptions,
): Promise<void> {
  await new UnitRun(trials, options, { count: 0, at: lastFailure(trials, options) }).finish();
}

interface Failures {
  /** In this execution. */
  count: number;
  /** Time of the last one, milliseconds since 1970; null where none is known. */
  at: number | null;
}

class UnitRun {
  private readonly open: Map<TrialId, PlannedTrial>;
  private readonly options: UnitOptions;
  private readonly failures: Failures;
  /** When it first had a place: what it waited for others is not its own time. */
  private began = Number.NaN;
  private readonly toldElsewhere = new Set<TrialId>();
  /** Seconds that a worker without its command was waited for. */
  private readonly orphans = new Map<TrialId, number>();

  constructor(trials: readonly PlannedTrial[], options: UnitOptions, failures: Failures) {
    this.open = new Map(trials.map((trial) => [trial.id, trial]));
    this.options = options;
    this.failures = failures;
  }

  async finish(): Promise<void> {
    const { slots, priority, signal, retryPause } = this.options;
    for (;;) {
      this.settleMeasured();
      if (this.open.size === 0) return;
      const slot = await slots.acquire({ failedAt: this.failures.at, priority });
      let trained: Awaited<ReturnType<UnitRun['train']>> = 'nothing';
      try {
        if (signal.aborted) return this.cancel();
        if (Number.isNaN(this.began)) this.began = performance.now();
        trained = await this.train(slot.index);
      } finally {
        slot.release(trained !== 'nothing' && trained !== 'done');
      }
      if (trained === 'done' || this.open.size === 0) continue;
      if (trained === 'out of memory') return await this.part();
      const pause = trained === 'nothing' ? elsewherePause : retryPause;
      await sleep(pause * 1000, undefined, { signal }).catch(() => {});
    }
  }

  /** What was measured with the same numerics needs no place. */
  private settleMeasured(): void {
    for (const trial of [...this.open.values()]) {
      this.attempt(trial, () => {
        const seen = decideFor(trial, this.options);
        if (seen.kind === 'reuse' || seen.kind === 'ended') {
          // A command that was killed after its worker had ended left its lock.
          removeDeadLocks(seen.run.folder);
          this.settle(trial, reusedOutcome(trial, seen));
        }
      });
    }
  }

  private async train(slot: number): Promise<'nothing' | 'done' | 'failed' | 'out of memory'> {
    const held = [...this.open.values()].flatMap((trial) => this.lock(trial) ?? []);
    try {
      if (held.length === 0) return 'nothing';
      this.options.confirmNumerics?.();
      const { failed, outOfMemory } = await trainHeld(held, slot, this.options, {
        lastTry: this.failures.count >= this.options.retries,
        seconds: () => (performance.now() - this.began) / 1000,
        settle: (trial, outcome) => this.settle(trial, outcome),
      });
      if (failed.length === 0) return 'done';
      this.failures.at = Date.now();
      // A cohort that is parted has another chance: it was its size that failed.
      if (outOfMemory && this.open.size > 1) {
        for (const { trial, reason } of failed) {
          this.options.listener({ type: 'parted', trial, reason, students: held.length });
        }
        return 'out of memory';
      }
      this.failures.count += 1;
      const { retries } = this.options;
      for (const { trial, reason } of failed) {
        this.options.listener({
          type: 'retrying',
          trial,
          reason,
          retry: this.failures.count,
          retries,
        });
      }
      return 'failed';
    } catch (error) {
      for (const { trial } of held)
        if (this.open.has(trial.id)) this.settle(trial, unusable(trial, error));
      return 'done';
    } finally {
      for (const { lock } of held) lock.release();
    }
  }

  /**
   * The lock of a trial that is to be trained; null where another command has it or has measured it
   * by now.
   */
  private lock(trial: PlannedTrial): HeldTrial | null {
    return this.attempt(trial, () => {
      const seen = decideFor(trial, this.options);
      if (seen.kind === 'reuse' || seen.kind === 'ended') return null;
      const attempt = acquireLock(folderOf(trial, seen, this.options));
      if (attempt.kind === 'busy') {
        this.waitFor(trial, attempt.holder);
        return null;
      }
      // Another command may have trained it between the decision and the lock.
      const decision = decideFor(trial, this.options);
      if (sameRun(seen, decision)) return { trial, decision, lock: attempt.lock };
      attempt.lock.release();
      return null;
    });
  }

  private waitFor(trial: PlannedTrial, holder: Parameters<typeof describeHolder>[0]): void {
    if (!this.toldElsewhere.has(trial.id)) {
      this.toldElsewhere.add(trial.id);
      const name = describeHolder(holder, hostname());
      this.options.listener({ type: 'elsewhere', trial, holder: name });
    }
    // The worker of a command that was killed ends by itself; one that hangs would keep the trial
    // for ever.
    const left = orphan(holder);
    const waited = left === undefined ? 0 : (this.orphans.get(trial.id) ?? 0) + elsewherePause;
    this.orphans.set(trial.id, waited);
    if (left !== undefined && waited > this.options.limits.grace) killProcess(left.pid);
  }

  /** Two halves instead of a cohort that the machine has no memory for. */
  private async part(): Promise<void> {
    const trials = [...this.open.values()];
    const middle = Math.ceil(trials.length / 2);
    await Promise.all(
      [trials.slice(0, middle), trials.slice(middle)].map((half) =>
        new UnitRun(half, this.options, { ...this.failures }).finish(),
      ),
    );
  }

  private cancel(): void {
    for (const trial of [...this.open.values()]) {
      this.attempt(trial, () =>
        this.settle(trial, notStarted(trial, decideFor(trial, this.options))),
      );
    }
  }

  private settle(trial: PlannedTrial, outcome: TrialOutcome): void {
    this.open.delete(trial.id);
    this.options.settle(trial, outcome);
  }

  /**
   * A damaged journal or a disk that cannot be written is that trial's trouble; anything else is a
   * defect of ours.
   */
  private attempt<T>(trial: PlannedTrial, run: () => T): T | null {
    try {
      return run();
    } catch (error) {
      this.settle(trial, unusable(trial, error));
      return null;
    }
  }
}

/** When the machine last failed one of these trials, from their journals. */
function lastFailure(trials: readonly PlannedTrial[], options: UnitOptions): number | null {
  const times = trials.flatMap((trial) => {
    try {
      const decision = decideFor(trial, options);
      const run = decision.kind === 'resume' ? decision.run : null;
      return run?.end?.state === 'infrastructure' ? [Date.parse(run.lastTime)] : [];
    } catch {
      // A damaged journal is told when the trial's turn comes.
      return [];
    }
  });
  return times.length === 0 ? null : Math.max(...times);
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
