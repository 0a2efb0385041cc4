import type { TrialSpec } from '../runners/trial/spec.ts';
import type { Plan, PlannedTrial } from './plan-types.ts';

/** What decides how long a step takes on one machine. Equal keys cost the same. */
export function stepKey(spec: TrialSpec): string {
  return [
    spec.task,
    spec.teacher?.model ?? '-',
    spec.model,
    spec.method,
    spec.data.dataset,
    spec.recipe.batchSize,
  ].join(' ');
}

/** Measured steps on this machine: `stepKey` -> milliseconds of each measured epoch. */
export type Measurements = ReadonlyMap<string, readonly number[]>;

export interface PricedTrial {
  readonly id: string;
  readonly steps: number;
  /** Median over the measured epochs; null where nothing like it was measured here. */
  readonly msPerStep: number | null;
  /** Training time of the trial when it runs alone; evaluation is not in it. */
  readonly hours: number | null;
}

export interface Price {
  readonly trials: readonly PricedTrial[];
  readonly steps: number;
  /** Of the trials that are priced, one after the other; null where none is. */
  readonly hours: number | null;
  readonly unpricedTrials: number;
}

/** What a plan costs by what was measured. A trial without a measurement has no price: nothing is guessed. */
export function pricePlan(plan: Plan, measured: Measurements): Price {
  const trials = plan.trials.map((trial) => priceTrial(trial, measured));
  const priced = trials.filter(({ hours }) => hours !== null);
  return {
    trials,
    steps: trials.reduce((sum, { steps }) => sum + steps, 0),
    hours:
      priced.length === 0 ? null : priced.reduce((sum, { hours }) => sum + (hours as number), 0),
    unpricedTrials: trials.length - priced.length,
  };
}

function priceTrial({ id, spec, steps }: PlannedTrial, measured: Measurements): PricedTrial {
  const msPerStep = medianStep(spec, measured);
  return { id, steps, msPerStep, hours: msPerStep === null ? null : (msPerStep * steps) / 3.6e6 };
}

/** Milliseconds per step of trials like this one; null where nothing like it was measured here. */
export function medianStep(spec: TrialSpec, measured: Measurements): number | null {
  const epochs = measured.get(stepKey(spec)) ?? [];
  return epochs.length === 0 ? null : median(epochs);
}

/** The middle value: the first epoch of a run includes recording the graph and must not count. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
