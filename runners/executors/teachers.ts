import { headlines } from '../../contract/headline.ts';
import type { RunId } from '../../contract/journal-types.ts';
import { modelFile, runFolder } from '../../contract/paths.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import type { TrialOutcome } from './outcome.ts';

/**
 * Why a completed teacher may not teach, with the numbers; undefined when it may or is under no
 * gate.
 */
export function failedGate(trial: PlannedTrial, outcome: TrialOutcome): string | undefined {
  if (trial.gate === null || outcome.state !== 'completed') return undefined;
  const name = `${trial.spec.model} (seed ${trial.spec.seed})`;
  const { headline } = outcome;
  const { label } = headlines[trial.spec.task];
  if (headline === null) return `The teacher ${name} reported no ${label}.`;
  if (headline >= trial.gate) return undefined;
  return `The teacher ${name} reached ${headline.toFixed(2)} % ${label}, below its gate of ${trial.gate} %.`;
}

/** A teacher that has come to its end. */
export interface FinishedTeacher {
  readonly teacher: PlannedTrial;
  readonly outcome: TrialOutcome;
}

/**
 * What keeps a trial from being started, given how its teachers ended; undefined where nothing
 * does.
 */
export function obstacle(
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

/** Where the trial's worker finds the weights of its teacher; null for a trial without one. */
export function teacherWeights(
  trial: PlannedTrial,
  teachers: readonly {
    readonly teacher: PlannedTrial;
    readonly outcome: { readonly run: RunId | null };
  }[],
  options: { readonly workspace: string; checkpointFile(sha256: string): string },
): string | null {
  const reference = trial.spec.teacher;
  if (reference === null) return null;
  // Code that is not ours may bring its teacher along.
  if (reference.kind === 'unrecorded' && trial.spec.external !== undefined) return null;
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
