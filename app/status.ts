import { UsageError } from '../common/errors.ts';
import { suggestion } from '../common/nearest.ts';
import type { Plan } from '../contract/plan-types.ts';
import { type PlanStatus, planStatus, readPlans } from '../contract/status.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';

export interface StatusOptions extends WorkspaceOption {
  /** `SUITE` or `SUITE@SCALE`; default: all that were run in the workspace. */
  readonly suite?: string | undefined;
}

export interface StatusResult {
  readonly workspace: string;
  readonly suites: readonly PlanStatus[];
}

/**
 * Says how far the trials of a workspace are. Reads the plans and journals that `run` writes and
 * never the database, so that it works beside a running suite as well.
 *
 * @example
 * ```ts
 * import { status } from 'redistill';
 *
 * for (const { suite, trials } of status({ workspace: '/tmp/redistill' }).suites) {
 *   const done = trials.filter(({ state }) => state === 'completed').length;
 *   console.log(`${suite}: ${done} of ${trials.length}`);
 * }
 * ```
 *
 * @throws UsageError `STATUS_UNKNOWN_SUITE`; DataError for a plan that cannot be read
 */
export function status(options: StatusOptions = {}, effects: Partial<Effects> = {}): StatusResult {
  const all = completeEffects(effects);
  const workspace = workspaceOf(options, all);
  const plans = selectPlans(readPlans(workspace), options.suite);
  const now = all.clock.now().getTime();
  return { workspace, suites: plans.map((plan) => planStatus(workspace, plan, now)) };
}

/**
 * The plans of a suite, or all of them without a name.
 *
 * @throws UsageError `STATUS_UNKNOWN_SUITE` with the nearest known one
 */
export function selectPlans(plans: readonly Plan[], name: string | undefined): readonly Plan[] {
  if (name === undefined) return plans;
  const chosen = plans.filter(({ suite, scale }) => name === suite || name === `${suite}@${scale}`);
  if (chosen.length > 0) return chosen;
  const known = plans.map(({ suite, scale }) => `${suite}@${scale}`);
  throw new UsageError('STATUS_UNKNOWN_SUITE', `No suite "${name}" was run in this workspace.`, {
    hint: known.length === 0 ? 'Start one with: redistill run.' : suggestion(name, known),
  });
}
