import { RedistillError } from '../../common/errors.ts';
import type { Plan, PlannedTrial } from '../../suites/plan-types.ts';
import { headlines } from '../tasks/headline.ts';
import { modelFile, runFolder } from '../trial/paths.ts';
import type { TrialId } from '../trial/spec.ts';
import { chainSteps } from './graph.ts';
import { Slots } from './slots.ts';
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

/** Why a completed teacher may not teach, with the numbers; undefined when it may or is under no gate. */
export function failedGate(trial: PlannedTrial, outcome: TrialOutcome): string | undefined {
  if (trial.gate === null || outcome.state !== 'completed') return undefined;
  const name = `${trial.spec.model} (seed ${trial.spec.seed})`;
  const { headline } = outcome;
  const { label } = headlines[trial.spec.task];
  if (headline === null) return `The teacher ${name} reported no ${label}.`;
  if (headline >= trial.gate) return undefined;
  return `The teacher ${name} reached ${headline.toFixed(2)} % ${label}, below its gate of ${trial.gate} %.`;
}

/** A damaged journal or a disk that cannot be written is that trial's trouble; anything else is a defect of ours. */
function unusable(trial: PlannedTrial, error: unknown): TrialOutcome {
  if (!(error instanceof RedistillError)) throw error;
  const reason = [error.message, error.hint].filter(Boolean).join(' ');
  const none = { trial: trial.id, reused: false, run: null, headline: null, seconds: 0 };
  return { ...none, state: 'infrastructure', reason };
}

interface FinishedTeacher {
  readonly teacher: PlannedTrial;
  readonly outcome: TrialOutcome;
}

function obstacle(
  trial: PlannedTrial,
  teachers: readonly FinishedTeacher[],
): TrialOutcome | undefined {
  const none = { trial: trial.id, reused: false, run: null, headline: null, seconds: 0 };
  for (const { teacher, outcome } of teachers) {
    const gate = failedGate(teacher, outcome);
    if (gate !== undefined) return { ...none, state: 'failed gate', reason: gate };
    if (outcome.state === 'cancelled') {
      return { ...none, state: 'cancelled', reason: 'Not started.' };
    }
    if (outcome.state !== 'completed') {
      const reason = `The teacher ${teacher.spec.model} (seed ${teacher.spec.seed}) did not complete (${outcome.state}).`;
      return { ...none, state: 'blocked', reason };
    }
  }
  return undefined;
}

function teacherWeights(
  trial: PlannedTrial,
  teachers: readonly FinishedTeacher[],
  options: LocalOptions,
): string | null {
  const reference = trial.spec.teacher;
  if (reference === null) return null;
  if (reference.kind === 'checkpoint') return options.checkpointFile(reference.sha256);
  if (reference.kind === 'unrecorded')
    throw new Error(`trial ${trial.id} has a teacher without weights: it cannot be trained`);
  const found = teachers.find(({ teacher }) => teacher.id === reference.trial);
  const run = found?.outcome.run;
  if (run === undefined || run === null) {
    throw new Error(`trial ${trial.id} learns from ${reference.trial} but does not wait for it`);
  }
  return modelFile(runFolder(options.workspace, reference.trial, run));
}
