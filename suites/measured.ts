import type { PlannedTrial } from '../contract/plan-types.ts';
import type { TrialId } from '../contract/spec.ts';

/** The state of a trial in a workspace, given the present numerics. */
export type Standing =
  /** Measured with them. */
  | { readonly kind: 'measured' }
  /** It diverged, failed or timed out with them, which is its result until a retry. */
  | { readonly kind: 'ended' }
  /** Begun with them, and to be gone on with. */
  | { readonly kind: 'interrupted' }
  /** Measured with other numerics only; `changes` says what has changed since, never empty. */
  | { readonly kind: 'stale'; readonly changes: readonly string[] }
  | { readonly kind: 'unmeasured' };

/** Trials that were measured, and that the same change made stale. */
export interface StaleTrials {
  readonly changes: readonly string[];
  /** In the order of the plan. */
  readonly trials: readonly TrialId[];
}

/** How much of a plan is measured already. The groups part `trials` among them. */
export interface MeasuredPart {
  readonly trials: number;
  readonly measured: readonly TrialId[];
  readonly ended: readonly TrialId[];
  readonly interrupted: readonly TrialId[];
  readonly stale: readonly StaleTrials[];
  readonly unmeasured: readonly TrialId[];
}

/** Counts the trials of a plan by their states. */
export function measuredPart(
  trials: readonly PlannedTrial[],
  standingOf: (trial: PlannedTrial) => Standing,
): MeasuredPart {
  const groups: Record<Standing['kind'], TrialId[]> = {
    measured: [],
    ended: [],
    interrupted: [],
    stale: [],
    unmeasured: [],
  };
  const stale = new Map<string, { changes: readonly string[]; trials: TrialId[] }>();
  for (const trial of trials) {
    const standing = standingOf(trial);
    groups[standing.kind].push(trial.id);
    if (standing.kind !== 'stale') continue;
    const key = standing.changes.join('\n');
    const group = stale.get(key) ?? { changes: standing.changes, trials: [] };
    group.trials.push(trial.id);
    stale.set(key, group);
  }
  return { ...groups, trials: trials.length, stale: [...stale.values()] };
}
