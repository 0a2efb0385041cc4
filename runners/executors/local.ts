import { RedistillError } from '../../common/errors.ts';
import type { Plan, PlannedTrial } from '../../suites/plan-types.ts';
import type { TrialId } from '../trial/spec.ts';
import { chainSteps } from './graph.ts';
import { Slots } from './slots.ts';
import { obstacle, teacherWeights } from './teachers.ts';
import { runTrial, type TrialRunOptions } from './trial-run.ts';
import type { TrialOutcome } from './types.ts';

export interface LocalOptions extends TrialRunOptions {
  /** Worker processes at a time. */
  readonly workers: number;
  /** The file of an imported teacher by the SHA-256 of its content. */
  checkpointFile(sha256: string): string;
}

/**
 * Runs a plan's trials on this machine, each in its own process, several at a time: first those with the longest chain
 * of work behind them, students once their teacher is complete and has passed its gate.
 *
 * Resolves, in the order of the plan, when every trial has come to an end or, after `signal`, when every worker has
 * ended. What a trial does never rejects it; only a plan that is no graph and a defect of ours do.
 */
export async function executeLocally(
  plan: Plan,
  options: LocalOptions,
): Promise<readonly TrialOutcome[]> {
  const priorities = chainSteps(plan.trials);
  const byId = new Map(plan.trials.map((trial) => [trial.id, trial]));
  const slots = new Slots(options.workers);
  // A failure of our own, not of a trial, ends the others before it is thrown.
  const stop = new AbortController();
  const shared = { ...options, signal: AbortSignal.any([options.signal, stop.signal]) };
  const running = new Map<TrialId, Promise<TrialOutcome>>();

  const outcomeOf = (trial: PlannedTrial): Promise<TrialOutcome> => {
    let promise = running.get(trial.id);
    if (promise === undefined) {
      promise = bringToEnd(trial).catch((error: unknown) => {
        stop.abort();
        throw error;
      });
      running.set(trial.id, promise);
    }
    return promise;
  };
  const bringToEnd = async (trial: PlannedTrial): Promise<TrialOutcome> => {
    const teachers = await Promise.all(
      trial.after.map(async (id) => {
        const teacher = byId.get(id) as PlannedTrial;
        return { teacher, outcome: await outcomeOf(teacher) };
      }),
    );
    const run = async () => {
      const weights = teacherWeights(trial, teachers, options);
      return runTrial(trial, weights, priorities.get(trial.id) as number, slots, shared);
    };
    const outcome =
      obstacle(trial, teachers) ?? (await run().catch((error: unknown) => unusable(trial, error)));
    options.listener({ type: 'finished', trial, outcome });
    return outcome;
  };

  const settled = await Promise.allSettled(plan.trials.map(outcomeOf));
  const broken = settled.find((result) => result.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
  return settled.map((result) => (result as PromiseFulfilledResult<TrialOutcome>).value);
}

/** A damaged journal or a disk that cannot be written is that trial's trouble; anything else is a defect of ours. */
function unusable(trial: PlannedTrial, error: unknown): TrialOutcome {
  if (!(error instanceof RedistillError)) throw error;
  const reason = [error.message, error.hint].filter(Boolean).join(' ');
  const none = { trial: trial.id, reused: false, run: null, headline: null, seconds: 0 };
  return { ...none, state: 'infrastructure', reason };
}
