import type { Unit } from '../../../contract/cohorts.ts';
import type { Plan, PlannedTrial } from '../../../contract/plan-types.ts';
import type { TrialId } from '../../../contract/spec.ts';
import { chainSteps } from '../graph.ts';
import type { TrialOutcome } from '../outcome.ts';
import { obstacle, teacherWeights } from '../teachers.ts';
import { decideFor, type TrialRunOptions, unusable } from '../trial-run.ts';
import { Slots } from './slots.ts';
import { runUnit } from './unit-run.ts';

export interface LocalOptions extends TrialRunOptions {
  /** Worker processes at a time. */
  readonly workers: number;
  /** Which of the trials that are to be trained go into one process; absent: each has its own. */
  readonly partition?: (trials: readonly PlannedTrial[]) => readonly Unit[];
  /** The file of an imported teacher by the SHA-256 of its content. */
  checkpointFile(sha256: string): string;
}

/**
 * Runs a plan's trials on this machine in worker processes, several at a time: first those with the
 * longest chain of work behind them, students once their teacher is complete and has passed its
 * gate.
 *
 * Resolves, in the order of the plan, when every trial has come to an end or, after `signal`, when
 * every worker has ended. What a trial does never rejects it; only a plan that is no graph and a
 * defect of ours do.
 */
export async function executeLocally(
  plan: Plan,
  options: LocalOptions,
): Promise<readonly TrialOutcome[]> {
  return new LocalExecution(plan, options).finish();
}

class LocalExecution {
  private readonly plan: Plan;
  private readonly options: LocalOptions;
  private readonly byId: ReadonlyMap<TrialId, PlannedTrial>;
  private readonly priorities: ReadonlyMap<TrialId, number>;
  private readonly slots: Slots;
  private readonly outcomes = new Map<TrialId, PromiseWithResolvers<TrialOutcome>>();

  constructor(plan: Plan, options: LocalOptions) {
    this.plan = plan;
    this.options = options;
    this.byId = new Map(plan.trials.map((trial) => [trial.id, trial]));
    this.priorities = chainSteps(plan.trials);
    this.slots = new Slots(options.workers);
    for (const { id } of plan.trials) this.outcomes.set(id, Promise.withResolvers());
  }

  async finish(): Promise<readonly TrialOutcome[]> {
    // A failure of our own, not of a trial, ends the others before it is thrown.
    const stop = new AbortController();
    const signal = AbortSignal.any([this.options.signal, stop.signal]);
    const shared: LocalOptions = { ...this.options, signal };
    const settled = await Promise.allSettled(
      this.units().map((unit) =>
        this.bringToEnd(unit, shared).catch((error: unknown) => {
          stop.abort();
          for (const { id } of unit) this.outcomeOf(id).reject(error);
          throw error;
        }),
      ),
    );
    // Those that wait for a rejected teacher have the same reason.
    for (const { promise } of this.outcomes.values()) promise.catch(() => {});
    const broken = settled.find((result) => result.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
    return Promise.all(this.plan.trials.map(({ id }) => this.outcomeOf(id).promise));
  }

  /** What was measured before needs no company, and must not take a place in a cohort. */
  private units(): readonly Unit[] {
    const { partition = (trials) => trials.map((trial) => [trial]) } = this.options;
    const measured = this.plan.trials.filter((trial) => this.isMeasured(trial));
    const others = this.plan.trials.filter((trial) => !measured.includes(trial));
    return [...measured.map((trial) => [trial]), ...partition(others)];
  }

  private isMeasured(trial: PlannedTrial): boolean {
    try {
      const { kind } = decideFor(trial, this.options);
      return kind === 'reuse' || kind === 'ended';
    } catch {
      // Nobody else's process should meet what is wrong with its journal; that is told when its
      // turn comes.
      return true;
    }
  }

  private async bringToEnd(unit: Unit, options: LocalOptions): Promise<void> {
    const [first] = unit as readonly [PlannedTrial];
    const teachers = await Promise.all(
      first.after.map(async (id) => ({
        teacher: this.byId.get(id) as PlannedTrial,
        outcome: await this.outcomeOf(id).promise,
      })),
    );
    const settle = (trial: PlannedTrial, outcome: TrialOutcome) => {
      options.listener({ type: 'finished', trial, outcome });
      this.outcomeOf(trial.id).resolve(outcome);
    };
    const free = unit.filter((trial) => {
      const reason = obstacle(trial, teachers);
      if (reason !== undefined) settle(trial, reason);
      return reason === undefined;
    });
    if (free.length === 0) return;
    let weights: string | null;
    try {
      weights = teacherWeights(first, teachers, options);
    } catch (error) {
      for (const trial of free) settle(trial, unusable(trial, error));
      return;
    }
    await runUnit(free, {
      ...options,
      teacherWeights: weights,
      priority: Math.max(...free.map(({ id }) => this.priorities.get(id) as number)),
      slots: this.slots,
      settle,
    });
  }

  private outcomeOf(id: TrialId): PromiseWithResolvers<TrialOutcome> {
    return this.outcomes.get(id) as PromiseWithResolvers<TrialOutcome>;
  }
}
