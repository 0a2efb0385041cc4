import type { Unit } from '../contract/cohorts.ts';
import type { Plan } from '../contract/plan-types.ts';
import type { ExecutorOptions } from '../runners/executors/kinds.ts';
import type { CostEstimate } from '../suites/estimate.ts';
import type { KeptPlan } from '../suites/kept-price.ts';
import type { MeasuredPart } from '../suites/measured.ts';
import type { Price } from '../suites/price.ts';
import type { StaleCells } from '../suites/stale.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';
import { type OwnOptions, useOwn } from './own/use.ts';
import { planRequestRecord } from './plan/asked.ts';

import { measuredSteps } from './plan/measured-steps.ts';
import { type PlannedParts, plannedParts } from './plan/parts.ts';
import { pricedPlan } from './plan/priced.ts';
import { asStored, staleSince, storePlan } from './plan/store-plan.ts';

import { splitSuiteName, suiteFrom } from './plan/suite-name.ts';
import { folderOf, type ResourceOptions, type SelectionOptions } from './run/options.ts';

export interface PlanOptions
  extends WorkspaceOption,
    OwnOptions,
    Pick<SelectionOptions, 'scale' | 'seeds' | 'ownTeachers' | 'data'>,
    Pick<ResourceOptions, 'keepOutputs' | 'keepPatches' | 'samplesPerGpu' | 'gpus'>,
    ExecutorOptions {
  /** `SUITE`, `SUITE@SCALE` or the path of a suite; default: `default`. */
  readonly suite?: string | undefined;
  /** Whose room for cohorts the plan has, by its name; default: `local`. */
  readonly executor?: string | undefined;
  /** Keep the plan in the workspace, so that the report shows its cells. Default: false. */
  readonly store?: boolean | undefined;
  /** Run a few steps of each kind that was not measured here yet. Default: false. */
  readonly measure?: boolean | undefined;
}

/** What a suite would train, and what it would cost. */
export interface PlanResult {
  readonly plan: Plan;
  /** The plan once missing data and weights are here; null where none are missing. */
  readonly withData: Plan | null;
  readonly price: Price;
  /** The price of `withData`. */
  readonly priceWithData: Price | null;
  /**
   * By operations and a stated rate, where some trial has no price by measurements; else null, and
   * where no network of the plan is counted.
   */
  readonly estimate: CostEstimate | null;
  /** What `run` would reuse; null where TensorFlow is not set up, so that it is not known. */
  readonly measured: MeasuredPart | null;
  /** Cells that differ from the plan that the workspace holds. */
  readonly stale: readonly StaleCells[];
  /** Which trials share a process and a teacher. */
  readonly units: readonly Unit[];
  /** How batches are worked off, where that is not as wholes. */
  readonly parts: readonly PlannedParts[];
  /** What is to be known of mixed precision on this processor; null where nothing is. */
  readonly precision: string | null;
  /** Processes at a time; infinite where only a cluster bounds them. */
  readonly processes: number;
  /** The same in the words of the executor: `2 workers on this machine`. */
  readonly capacity: string;
  /**
   * What keeping outputs of teachers would save, or saves in `price` where `keepOutputs` asks for
   * it; null where no teacher's can be kept.
   */
  readonly kept: KeptPlan | null;
  /** From the first start to the last end, so many at a time; null where a trial has no price. */
  readonly elapsedHours: number | null;
}

/**
 * Plans a suite and prices it by what was measured on this machine. Trains nothing, and writes
 * nothing unless `store` or `measure` is asked for.
 *
 * @example
 * ```ts
 * import { plan } from 'redistill';
 *
 * const { plan: planned, price } = await plan({ suite: 'default@proxy', seeds: [1, 2, 3] });
 * console.log(planned.trials.length, price);
 * ```
 *
 * @throws UsageError for a suite that is wrong or has no such scale; InfrastructureError
 *   `MEASURE_FAILED`
 */
export async function plan(
  options: PlanOptions = {},
  effects: Partial<Effects> = {},
): Promise<PlanResult> {
  const all = completeEffects(effects);
  const workspace = workspaceOf(options, all);
  await useOwn(options, all);
  const { plan, withData } = await planned(options, all);
  const { samplesPerGpu, gpus } = options;
  const parts = await plannedParts((withData ?? plan).trials, { samplesPerGpu, gpus });
  const stale = staleSince(workspace, plan);
  if (options.store === true) {
    const asked = await planRequestRecord(all.cwd, workspace, options.suite ?? 'default', options);
    storePlan(workspace, await asStored(plan, asked));
  }
  if (options.measure === true) {
    const { measurePlan, unmeasuredSteps } = await import('./plan/measure-plan.ts');
    const { keepRule, loadRuledKinds } = await import('./plan/keep-rule.ts');
    const whole = withData ?? plan;
    await loadRuledKinds(whole.trials);
    const rule = keepRule(options.keepPatches ?? false);
    const steps = unmeasuredSteps(whole, measuredSteps(workspace), rule);
    await measurePlan(all, steps, workspace);
  }
  const priced = await pricedPlan(workspace, plan, withData, options, all);
  const { precisionNote } = await import('../runners/training/precision.ts');
  const specs = (withData ?? plan).trials.map(({ spec }) => spec);
  return { plan, withData, stale, parts, precision: precisionNote(specs, 'cpu'), ...priced };
}

/** The plan, and the one that it would be if all data were here. */
async function planned(options: PlanOptions, effects: Effects) {
  const { suite: name = 'default', scale: named, seeds, ownTeachers, data } = options;
  const { planByName } = await import('../suites/plan-by-name.ts');
  const { suite, scale } = splitSuiteName(name, named);
  const { environment, notice } = effects;
  return planByName(suiteFrom(effects.cwd, suite), {
    scale,
    seeds,
    ownTeachers,
    workspace: workspaceOf(options, effects),
    data: { folder: folderOf(data, effects), environment, notice },
  });
}
