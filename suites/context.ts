import type { Task } from '../contract/spec.ts';
import { loadPublished } from '../reference/published/loader.ts';
import { catalogues } from '../runners/catalogue/catalogue.ts';
import type { DatasetInfo, PlanContext } from './plan-context.ts';
import { printedMethod } from './resolve.ts';
import type { Suite } from './suite.ts';

/**
 * Loads the methods that a suite names, which its plan needs, and no others. A name that nobody
 * knows is left to the plan, which says where it stands.
 */
export async function loadMethodsOf(suite: Suite): Promise<void> {
  const { task, rows } = suite.definition;
  const published = loadPublished();
  await catalogues[task].loadMethods(rows.map((row) => printedMethod(suite, row, published)));
}

/**
 * The real methods and networks of a task, the published tables, and the data sets and weights that
 * the caller found. What is planned with it must be loaded: `loadMethodsOf`.
 */
export function planContext(
  task: Task,
  data: {
    readonly names: readonly string[];
    dataset(id: string): DatasetInfo;
  },
  weights: Pick<PlanContext, 'backbone' | 'releasedTeacher' | 'checkpoint'>,
): PlanContext {
  const { networks, loadMethods: _, ...methods } = catalogues[task];
  return {
    ...methods,
    models: networks,
    datasets: data.names,
    dataset: (id) => data.dataset(id),
    ...weights,
    published: loadPublished(),
  };
}
