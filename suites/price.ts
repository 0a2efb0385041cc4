import type { Unit } from '../contract/cohorts.ts';
import type { Plan, PlannedTrial } from '../contract/plan-types.ts';
import type { Recipe, TrialSpec } from '../contract/spec.ts';

/** The key of a step's time on one machine. Equal keys cost the same. */
export function stepKey(spec: TrialSpec): string {
  return [
    spec.task,
    spec.teacher?.model ?? '-',
    spec.model,
    spec.method,
    spec.data.dataset,
    spec.recipe.batchSize,
    ...inputOf(spec.recipe),
    ...precisionOf(spec.recipe),
  ].join(' ');
}

/** How large the pictures become, where the recipe says it. */
function inputOf({ input }: Recipe): readonly string[] {
  if (input === undefined) return [];
  if ('crop' in input) return [input.crop.join('x')];
  if ('long' in input) return [`${input.long}x${input.short}`];
  const { size, teacherSize = size } = input;
  return [size === teacherSize ? `${size}px` : `${size}px, teacher ${teacherSize}px`];
}

/** Nothing in 32 bits. */
const precisionOf = ({ precision }: Recipe): readonly string[] =>
  precision === undefined ? [] : [precision];

/** The same for a trial that shares its steps with others. */
export function sharedStepKey(spec: TrialSpec, students: number): string {
  return students === 1 ? stepKey(spec) : `${stepKey(spec)} in a cohort of ${students}`;
}

/**
 * The key of an evaluation's time on one machine: of the whole test set, in a cohort the share of
 * one of its students.
 */
export function evaluationKey({ task, model, data, recipe }: TrialSpec, students = 1): string {
  const settings = [...inputOf(recipe), ...precisionOf(recipe)];
  const alone = ['evaluation', task, model, data.dataset, ...settings].join(' ');
  return students === 1 ? alone : `${alone} in a cohort of ${students}`;
}

/**
 * What was measured on this machine, in milliseconds by its key: `stepKey` -> of each measured
 * epoch; `sharedStepKey` -> of trials in cohorts their share, a step's time by its students;
 * `evaluationKey` -> of each evaluation; and the keys of `kept-price.ts`.
 */
export type Measurements = ReadonlyMap<string, readonly number[]>;

export interface PricedTrial {
  readonly id: string;
  readonly steps: number;
  /**
   * Median over the measured epochs, in a cohort the trial's share; null where nothing like it was
   * measured here.
   */
  readonly msPerStep: number | null;
  /**
   * Milliseconds of one evaluation of the test set, in a cohort the trial's share; null where none
   * of its network was measured here.
   */
  readonly msPerEvaluation: number | null;
  /**
   * Time of the trial, its share where it is trained in a cohort, with the evaluation after every
   * epoch where that was measured.
   */
  readonly hours: number | null;
}

export interface Price {
  readonly trials: readonly PricedTrial[];
  readonly steps: number;
  /** Of the trials that are priced, one after the other; null where none is. */
  readonly hours: number | null;
  /** Of that, for evaluations. */
  readonly evaluationHours: number;
  readonly unpricedTrials: number;
  /** Trials that are priced without their evaluations. */
  readonly unpricedEvaluations: number;
}

/**
 * The price of a plan by measurements. A trial without a measurement has no price: nothing is
 * guessed.
 *
 * @param units which trials are trained together; absent: each alone
 * @param kept milliseconds per step of trials whose teacher's outputs are kept, by trial
 */
export function pricePlan(
  plan: Plan,
  measured: Measurements,
  units: readonly Unit[] = [],
  kept: ReadonlyMap<string, number> = new Map(),
): Price {
  const together = new Map(units.flatMap((unit) => unit.map(({ id }) => [id, unit.length])));
  const trials = plan.trials.map((trial) =>
    priceTrial(trial, together.get(trial.id) ?? 1, measured, kept.get(trial.id)),
  );
  const specs = new Map(plan.trials.map(({ id, spec }) => [id, spec]));
  const priced = trials.filter(({ hours }) => hours !== null);
  const unpricedTrials = trials.length - priced.length;
  // Imported teachers, which cost nothing, are no price of trials that were not measured.
  const known = priced.some(({ steps }) => steps > 0) || unpricedTrials === 0;
  return {
    trials,
    steps: trials.reduce((sum, { steps }) => sum + steps, 0),
    hours:
      known && priced.length > 0
        ? priced.reduce((sum, { hours }) => sum + (hours as number), 0)
        : null,
    evaluationHours: priced.reduce((sum, { id, msPerEvaluation }) => {
      const spec = specs.get(id) as TrialSpec;
      return sum + hoursOf(msPerEvaluation ?? 0, evaluations(spec));
    }, 0),
    unpricedTrials,
    unpricedEvaluations: priced.filter(
      ({ steps, msPerEvaluation }) => steps > 0 && msPerEvaluation === null,
    ).length,
  };
}

function priceTrial(
  { id, spec, steps }: PlannedTrial,
  students: number,
  measured: Measurements,
  msKept: number | undefined,
): PricedTrial {
  const msPerStep = msKept ?? shareOfStep(spec, students, measured);
  const msPerEvaluation = shareOfEvaluation(spec, students, measured);
  const evaluation = hoursOf(msPerEvaluation ?? 0, evaluations(spec));
  // An imported teacher is measured, without a step.
  if (steps === 0) return { id, steps, msPerStep, msPerEvaluation, hours: evaluation };
  const hours = msPerStep === null ? null : hoursOf(msPerStep, steps) + evaluation;
  return { id, steps, msPerStep, msPerEvaluation, hours };
}

/** Hours of something that takes so many milliseconds and is done so many times. */
export const hoursOf = (ms: number, times: number) => (ms * times) / 3.6e6;

/** One after every epoch; one of a teacher that is only measured; none of code that is not ours. */
const evaluations = ({ recipe, external }: TrialSpec): number =>
  external === undefined ? Math.max(1, recipe.epochs) : 0;

/**
 * A trial's share of an evaluation, in milliseconds, among so many students: where no such cohort
 * was measured what it takes alone. Null where neither was measured.
 */
export function shareOfEvaluation(
  spec: TrialSpec,
  students: number,
  measured: Measurements,
): number | null {
  return medianOf(measured, evaluationKey(spec, students), evaluationKey(spec));
}

/** Milliseconds of all evaluations of a trial alone; 0 where none was measured. */
export const evaluationTime = (spec: TrialSpec, measured: Measurements): number =>
  (shareOfEvaluation(spec, 1, measured) ?? 0) * evaluations(spec);

/**
 * A trial's share of a step, in milliseconds, among so many students. Where no such cohort was
 * measured: what it takes alone, which is the most it can be. Null where neither was measured.
 */
export function shareOfStep(
  spec: TrialSpec,
  students: number,
  measured: Measurements,
): number | null {
  return medianOf(measured, sharedStepKey(spec, students), stepKey(spec));
}

/**
 * Milliseconds per step of trials like this one, trained alone; null where nothing like it was
 * measured here.
 */
export function medianStep(spec: TrialSpec, measured: Measurements): number | null {
  return medianOf(measured, stepKey(spec));
}

/** Of the first of these keys that was measured; null where none was. */
export function medianOf(measured: Measurements, ...keys: readonly string[]): number | null {
  for (const key of keys) {
    const found = measured.get(key) ?? [];
    if (found.length > 0) return median(found);
  }
  return null;
}

/** The middle value: the first epoch of a run includes recording the graph and must not count. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
