import { InfrastructureError } from '../../common/errors.ts';
import { type CohortLimits, partition, type Unit } from '../../contract/cohorts.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { hoursOnProcesses } from '../../suites/elapsed.ts';
import type { CostEstimate } from '../../suites/estimate.ts';
import { type KeptPlan, planKept } from '../../suites/kept-price.ts';
import { type MeasuredPart, measuredPart } from '../../suites/measured.ts';
import type { Measurements, Price } from '../../suites/price.ts';
import type { Effects } from '../effects.ts';
import { cohortLimits } from '../run/cohorts.ts';
import { conditionsOf } from '../run/conditions.ts';
import { openExecutor } from '../run/executor.ts';
import { checkKeepOptions, roomAsked } from '../run/kept.ts';
import { hasRuns, measuredInWorkspace } from '../run/measured.ts';
import { presentNumerics } from '../run/numerics.ts';
import type { TrainingOptions } from '../run/options.ts';
import { keepRule, keptApart, loadRuledKinds } from './keep-rule.ts';
import { measuredCosts, thisProcessor } from './measured-steps.ts';

/** Nothing is estimated of what can be priced by measurements. */
async function estimated(plan: Plan, { unpricedTrials }: Price): Promise<CostEstimate | null> {
  const [first] = plan.trials;
  if (unpricedTrials === 0 || first === undefined) return null;
  const { estimateCost } = await import('../../suites/estimate.ts');
  const { findSource } = await import('../../runners/data/registry.ts');
  return estimateCost(plan, findSource(first.spec.data.dataset)?.test ?? 0);
}

/**
 * What a plan costs, and how much is measured, under the conditions that are asked for.
 *
 * @param withData the plan once missing data and weights are here
 * @throws as `openExecutor`
 */
export async function pricedPlan(
  workspace: string,
  plan: Plan,
  withData: Plan | null,
  options: TrainingOptions,
  { cwd, environment }: Pick<Effects, 'cwd' | 'environment'>,
) {
  checkKeepOptions(options);
  const costs = measuredCosts(workspace, thisProcessor(), options);
  const executor = await openExecutor(options, { cwd, workspace, environment });
  const limits = cohortLimits(executor, costs);
  const measured = await alreadyMeasured(workspace, plan, executor.threads, options);
  const { units, price, kept } = await pricedUnits(plan, costs.steps, limits, options);
  const later = withData && (await pricedUnits(withData, costs.steps, limits, options));
  const priceWithData = later?.price ?? null;
  const { capacity, processes } = executor;
  const elapsedHours = hoursOnProcesses(units, price, processes);
  const estimate = await estimated(withData ?? plan, priceWithData ?? price);
  return {
    ...{ price, priceWithData, estimate, measured, units, processes, capacity, elapsedHours },
    // Once data are here the whole plan is trained, which is what room is made for.
    kept: later === null ? kept : later.kept,
  };
}

/**
 * Which trials of a plan share a process, what they cost, and what keeping outputs of teachers
 * comes to: within the room that is asked for, in cohorts of their own, or as much as it takes;
 * null where no trial can keep any, and where bits are not promised.
 */
async function pricedUnits(
  plan: Plan,
  measured: Measurements,
  limits: CohortLimits,
  options: TrainingOptions,
): Promise<{
  readonly units: readonly Unit[];
  readonly price: Price;
  readonly kept: KeptPlan | null;
}> {
  const { pricePlan } = await import('../../suites/price.ts');
  const { keepPatches = false, device = 'cpu', eager = false } = options;
  const limitBytes = roomAsked(options);
  const together = partition(plan.trials, limits);
  const promised = device === 'cpu' && !eager;
  const keeps = promised && plan.trials.some(({ spec }) => spec.task === 'classification');
  if (!keeps) {
    return { units: together, price: pricePlan(plan, measured, together), kept: null };
  }
  await loadRuledKinds(plan.trials);
  const rule = keepRule(keepPatches);
  const apart = partition(plan.trials, { ...limits, ...keptApart(rule) });
  const kept = planKept(apart, measured, rule, limitBytes);
  const units = limitBytes === null ? together : apart;
  const price = pricePlan(plan, measured, units, keptShares(kept));
  return { units, price, kept: kept.units.length === 0 ? null : kept };
}

/** The steps of trials whose outputs are asked to be kept, where that pays. */
function keptShares({ units, limitBytes }: KeptPlan): ReadonlyMap<string, number> {
  if (limitBytes === null) return new Map();
  return new Map(
    units
      .filter(({ pays }) => pays)
      .flatMap(({ trials, shares }) => trials.map((id, at) => [id, shares?.[at]] as const))
      .filter((entry): entry is readonly [string, number] => entry[1] !== undefined),
  );
}

/** What `run` would reuse; null where TensorFlow is not set up, so that none can be known. */
async function alreadyMeasured(
  workspace: string,
  { trials }: Plan,
  threads: number,
  options: TrainingOptions,
): Promise<MeasuredPart | null> {
  // The fingerprint takes a moment, which only runs to compare with are worth.
  if (!hasRuns(workspace, trials)) return measuredPart(trials, () => ({ kind: 'unmeasured' }));
  try {
    const { of } = await presentNumerics(trials, conditionsOf(threads, options));
    return measuredInWorkspace(workspace, trials, of);
  } catch (error) {
    if (error instanceof InfrastructureError) return null;
    throw error;
  }
}
