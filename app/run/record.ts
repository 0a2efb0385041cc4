import { lookUp } from '../../common/look-up.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { type Execution, executionName, writeExecution } from '../../results/executions.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';

/**
 * Writes the record of an execution for the history. A run that only reused writes none: it is no
 * point of any series. A night always writes one, because a night that measured nothing is a
 * failure that `check` must see.
 */
export function recordExecution(
  workspace: string,
  plan: Plan,
  outcomes: readonly TrialOutcome[],
  as: Pick<Execution, 'kind' | 'startedAt' | 'fixedSeeds' | 'estimate'>,
): void {
  if (as.kind === 'run' && outcomes.every(({ reused }) => reused)) return;
  const trials = outcomes.flatMap(({ trial, run, state, reason }) =>
    state === 'submitted' ? [] : [{ trial, run, state, reason }],
  );
  // Trials that go on without this command belong to the later command that finds them done.
  if (trials.length < outcomes.length) return;
  writeExecution(workspace, {
    schemaVersion: 1,
    execution: executionName(as.startedAt, plan.suite, plan.scale),
    suite: plan.suite,
    scale: plan.scale,
    ...as,
    cells: plan.cells.map(({ id, metric, trials }) => ({
      cell: id,
      metric,
      margin: lookUp(plan.margins, metric) ?? null,
      trials,
    })),
    trials,
  });
}
