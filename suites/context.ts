import type { Task } from '../contract/spec.ts';
import { loadPublished } from '../reference/published/loader.ts';
import { catalogues } from '../runners/catalogue/catalogue.ts';
import type { DatasetInfo, PlanContext } from './plan-context.ts';

/**
 * The real methods and networks of a task, the published tables, and the data sets and weights that
 * the caller found.
 */
export function planContext(
  task: Task,
  data: {
    readonly names: readonly string[];
    dataset(id: string): DatasetInfo;
  },
  weights: Pick<PlanContext, 'backbone' | 'releasedTeacher'>,
): PlanContext {
  const { networks, ...methods } = catalogues[task];
  return {
    ...methods,
    models: networks,
    datasets: data.names,
    dataset: (id) => data.dataset(id),
    ...weights,
    published: loadPublished(),
  };
}
