import '../../runners/catalogue/all.ts';
import type { Task } from '../../contract/spec.ts';
import type { MetricData } from '../../runners/tasks/task-metrics.ts';
import { planContext } from '../../suites/context.ts';
import type { PlanContext } from '../../suites/plan-context.ts';
import { supposedWeights } from '../../suites/released-weights.ts';

/**
 * The real methods, networks, recipes and tables of a task; only the data are made up, with so many
 * pictures each, and what `known` says of them.
 */
export function contextWith(
  task: Task,
  pictures: Readonly<Record<string, number>>,
  known: MetricData = {},
): PlanContext {
  return planContext(
    task,
    {
      names: Object.keys(pictures),
      dataset: (id) => ({
        identity: { dataset: id, hash: '0'.repeat(64) },
        missing: null,
        trainPictures: pictures[id] as number,
        ...known,
      }),
    },
    supposedWeights,
  );
}
