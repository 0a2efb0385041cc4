import { loadPublished } from '../reference/published/loader.ts';
import { resolveHyper } from '../runners/distillers/hyper.ts';
import { parseMethod } from '../runners/distillers/method-id.ts';
import { findMethod, methodIds, pluginIds } from '../runners/distillers/registry.ts';
import { networkNames } from '../runners/models/registry.ts';
import type { DatasetInfo, PlanContext } from './plan-context.ts';

/** The real methods, networks and published tables, with data sets as the caller found them. */
export function planContext(data: {
  readonly names: readonly string[];
  dataset(id: string): DatasetInfo;
}): PlanContext {
  return {
    parseMethod: (name, paper) => parseMethod(name, { paper }),
    methodNames: [...methodIds, ...pluginIds],
    resolveHyper: (method, overrides) => resolveHyper(parseMethod(method), overrides),
    needsTeacher: (method) => findMethod(parseMethod(method).method)?.kind !== 'plain',
    needsStrongView: (method) => {
      const found = findMethod(parseMethod(method).method);
      return found?.kind === 'network' && found.strongView === true;
    },
    models: networkNames(),
    datasets: data.names,
    dataset: (id) => data.dataset(id),
    published: loadPublished(),
  };
}
