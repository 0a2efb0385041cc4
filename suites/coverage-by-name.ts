import '../runners/catalogue/all.ts';
import '../runners/data/all.ts';
import type { Plan } from '../contract/plan-types.ts';
import { loadPublished } from '../reference/published/loader.ts';
import { notDeclaredTables } from '../reference/published/not-declared.ts';
import { catalogues } from '../runners/catalogue/catalogue.ts';
import { findSource, isForm, keysHolding } from '../runners/data/registry.ts';
import { planContext } from './context.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { listSuites, loadSuite } from './load.ts';
import { planSuite } from './plan.ts';
import { supposedWeights } from './released-weights.ts';

/**
 * Every suite that has the scale `paper`, planned as if all data and weights that have an address
 * were here.
 */
export function supposedPaperPlans(): readonly Plan[] {
  return listSuites().flatMap((name) => {
    const suite = loadSuite(name);
    const { task, scales, implementation } = suite.definition;
    if (scales.paper === undefined || implementation === 'external') return [];
    const data = {
      names: keysHolding(catalogues[task].data).filter((key) => !isForm(key)),
      dataset: (id: string) => ({
        identity: { dataset: id, hash: 'not here' },
        missing: null,
        trainPictures: findSource(id)?.train ?? 0,
      }),
    };
    return [planSuite(suite, 'paper', planContext(task, data, supposedWeights))];
  });
}

/**
 * The coverage of all published numbers. @param measured keys of `numberKey` with a completed
 * training at scale `paper`
 */
export function presentCoverage(measured: ReadonlySet<string>): Coverage {
  return coverageOf({
    published: loadPublished(),
    plans: supposedPaperPlans(),
    notDeclared: notDeclaredTables(),
    measured,
  });
}
