import { UsageError } from '../common/errors.ts';
import { readPlans } from '../contract/status.ts';
import type { SubmittedTask } from '../runners/executors/executor.ts';
import { executors } from '../runners/executors/kinds.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';
import { openExecutor } from './run/executor.ts';
import { trialName } from './run/trial-name.ts';
import { selectPlans } from './status.ts';

export interface JobsOptions extends WorkspaceOption {
  /** `SUITE` or `SUITE@SCALE`; default: all that were run in the workspace. */
  readonly suite?: string | undefined;
  /** Whose jobs, by its name; default: those of every executor. */
  readonly executor?: string | undefined;
  /** End the jobs at their checkpoints; needs a suite. Default: false. */
  readonly cancel?: boolean | undefined;
}

/** A job of a suite. */
export interface SuiteJob extends SubmittedTask {
  readonly executor: string;
  /** What people call its trials: `resnet8 kd seed 0`. */
  readonly names: readonly string[];
}

export interface JobsResult {
  readonly workspace: string;
  readonly jobs: readonly SuiteJob[];
  /** Whether their end was asked for. */
  readonly cancelled: boolean;
}

/**
 * The jobs that wait or run on a cluster for the suites of a workspace, and their end where that is
 * asked for: jobs write a checkpoint, and a later run goes on from it.
 *
 * @throws UsageError `JOBS_CANCEL` where jobs of no named suite are to be ended,
 *   `STATUS_UNKNOWN_SUITE`, `RUN_EXECUTOR`; InfrastructureError where a cluster does not answer
 */
export async function jobs(
  options: JobsOptions = {},
  effects: Partial<Effects> = {},
): Promise<JobsResult> {
  const { suite, executor, cancel = false } = options;
  if (cancel && suite === undefined) {
    throw new UsageError('JOBS_CANCEL', 'Jobs are ended of one suite, and none is named.', {
      hint: 'For example: redistill jobs lskd-table2@paper --cancel.',
    });
  }
  const all = completeEffects(effects);
  const workspace = workspaceOf(options, all);
  const trials = selectPlans(readPlans(workspace), suite).flatMap((plan) => plan.trials);
  const names = new Map(trials.map((trial) => [trial.id, trialName(trial)]));
  const found: SuiteJob[] = [];
  for (const id of executor === undefined ? executors.ids : [executor]) {
    const { cwd, environment } = all;
    const { submitted } = await openExecutor({ executor: id }, { cwd, workspace, environment });
    const tasks = (await submitted?.tasksOf({ trials })) ?? [];
    if (cancel) await submitted?.cancel(tasks);
    const named = (task: SubmittedTask) => task.trials.map((trial) => names.get(trial) ?? trial);
    found.push(...tasks.map((task) => ({ ...task, executor: id, names: named(task) })));
  }
  return { workspace, jobs: found, cancelled: cancel };
}
