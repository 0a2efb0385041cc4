import { lookUp } from '../../common/look-up.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { type Execution, executionName, writeExecution } from '../../results/executions.ts';
import type { TrialOutcome } from '../../runners/executors/executor.ts';

/**
 * Leaves what the history needs of an execution in the workspace. A run that only reused leaves
 * nothing: it is no point of any series. A night always does, because one that measured nothing is
 * a failure that `check` must see.
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
  // What goes on without this command is a point of the one that will find it done.
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
