import type { PlannedTrial } from '../../contract/plan-types.ts';
import type { TrialId } from '../../contract/spec.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';
import { obstacle } from '../../runners/executors/teachers.ts';
import {
  type DecisionOptions,
  decideFor,
  reusedOutcome,
  unusable,
} from '../../runners/executors/trial-run.ts';

/** What would become of the trials of a plan. Each is in one of the groups. */
export interface WouldDo {
  /** Trained from the beginning. */
  readonly train: readonly TrialId[];
  /** Begun before, and gone on with. */
  readonly resume: readonly TrialId[];
  /** Measured already with the same numerics. */
  readonly reuse: readonly TrialId[];
  /** Failed, diverged or timed out before, which is their result until a retry. */
  readonly keep: readonly TrialId[];
  /** Not started, with what stands in their way. */
  readonly blocked: readonly { readonly trial: TrialId; readonly reason: string }[];
}

/** Looks at journals, and changes nothing. A student may come before its teacher. */
export function wouldDo(trials: readonly PlannedTrial[], options: DecisionOptions): WouldDo {
  const byId = new Map(trials.map((trial) => [trial.id, trial]));
  const ends = new Map<TrialId, TrialOutcome | null>();
  const groups = { train: [], resume: [], reuse: [], keep: [] } as Record<
    'train' | 'resume' | 'reuse' | 'keep',
    TrialId[]
  >;
  const blocked: { readonly trial: TrialId; readonly reason: string }[] = [];
  /** How a trial has ended or would; null where it is trained first. */
  const look = (trial: PlannedTrial): TrialOutcome | null => {
    const seen = ends.get(trial.id);
    if (seen !== undefined) return seen;
    const end = endOf(trial);
    ends.set(trial.id, end);
    return end;
  };
  const stopped = (outcome: TrialOutcome): TrialOutcome => {
    blocked.push({ trial: outcome.trial, reason: outcome.reason });
    return outcome;
  };
  const endOf = (trial: PlannedTrial): TrialOutcome | null => {
    const teachers = trial.after.flatMap((id) => {
      const teacher = byId.get(id) as PlannedTrial;
      const outcome = look(teacher);
      return outcome === null ? [] : [{ teacher, outcome }];
    });
    const refused = obstacle(trial, teachers);
    if (refused !== undefined) return stopped(refused);
    try {
      const decision = decideFor(trial, options);
      if (decision.kind === 'new' || decision.kind === 'resume') {
        groups[decision.kind === 'new' ? 'train' : 'resume'].push(trial.id);
        return null;
      }
      groups[decision.kind === 'reuse' ? 'reuse' : 'keep'].push(trial.id);
      return reusedOutcome(trial, decision);
    } catch (error) {
      return stopped(unusable(trial, error));
    }
  };
  for (const trial of trials) look(trial);
  return { ...groups, blocked };
}
