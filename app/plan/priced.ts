import { InfrastructureError } from '../../common/errors.ts';
import { partition } from '../../contract/cohorts.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { hoursOnProcesses } from '../../suites/elapsed.ts';
import type { CostEstimate } from '../../suites/estimate.ts';
import { type MeasuredPart, measuredPart } from '../../suites/measured.ts';
import type { Price } from '../../suites/price.ts';
import type { Effects } from '../effects.ts';
import { cohortLimits } from '../run/cohorts.ts';
import { conditionsOf } from '../run/conditions.ts';
import { openExecutor } from '../run/executor.ts';
import { hasRuns, measuredInWorkspace } from '../run/measured.ts';
import { presentNumerics } from '../run/numerics.ts';
import type { TrainingOptions } from '../run/options.ts';
import { measuredCosts } from './measured-steps.ts';

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
  const { pricePlan } = await import('../../suites/price.ts');
  const costs = measuredCosts(workspace);
  const executor = await openExecutor(options, { cwd, workspace, environment });
  const limits = cohortLimits(executor, costs);
  const units = partition(plan.trials, limits);
  const measured = await alreadyMeasured(workspace, plan, executor.threads, options);
  const price = pricePlan(plan, costs.steps, units);
  const priceWithData =
    withData === null ? null : pricePlan(withData, costs.steps, partition(withData.trials, limits));
  const { capacity, processes } = executor;
  const elapsedHours = hoursOnProcesses(units, price, processes);
  const estimate = await estimated(withData ?? plan, priceWithData ?? price);
  return { price, priceWithData, estimate, measured, units, processes, capacity, elapsedHours };
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
