import { cohortKey } from './cohort-key.ts';
import type { PlannedTrial } from './plan-types.ts';

/**
 * Trials that are trained in one process: one, or a cohort that shares its teacher's forward pass.
 */
export type Unit = readonly PlannedTrial[];

/** What bounds a cohort. */
export interface CohortLimits {
  /** Trials in one process at most; 1 trains each alone. */
  readonly students: number;
  /** Processes at a time: as many cohorts are made as keep them all busy. */
  readonly workers: number;
  /** Memory that one process may take, in MiB. */
  readonly memoryMiB: number;
  /** Memory of a process that trains a trial alone, in MiB. */
  memoryOf(trial: PlannedTrial): number;
  /**
   * A word for trials that are trained apart from those with another one, though they could share a
   * teacher's forward pass. Absent: none are.
   */
  apart?(trial: PlannedTrial): string;
}

/**
 * What a process takes before it has a network, in MiB: Node and TensorFlow loaded (577 measured on
 * x86-64 Linux).
 */
const processMiB = 450;

/**
 * A teacher's forward pass in steps of one of its students. Multiply-adds of the CIFAR tables'
 * pairs say 1 (vgg13, vgg8) to 2 (resnet32x4, resnet8x4) and much more for mobile students; it only
 * decides how many cohorts are made.
 */
const teacherShare = 1;

/**
 * Parts trials into those that are trained together, in their order. Trials of one cohort have one
 * teacher, one seed and one stream of batches; the more there are in it the fewer forward passes of
 * the teacher, as long as no worker is left without one.
 */
export function partition(trials: readonly PlannedTrial[], limits: CohortLimits): readonly Unit[] {
  const groups = new Map<string, PlannedTrial[]>();
  for (const trial of trials) {
    const key = `${cohortKey(trial.spec) ?? trial.id} ${limits.apart?.(trial) ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), trial]);
  }
  const largest = Math.max(1, ...[...groups.values()].map((group) => group.length));
  let best: readonly Unit[] = [];
  let shortest = Number.POSITIVE_INFINITY;
  // From the largest on: among sizes that take equally long the one with the fewest forward passes.
  for (let size = Math.min(limits.students, largest); size >= 1; size -= 1) {
    const units = [...groups.values()].flatMap((group) => split(group, size, limits));
    const steps = makespan(units, limits.workers);
    if (steps < shortest) [best, shortest] = [units, steps];
  }
  return best;
}

/**
 * A group in parts of nearly equal size that are neither larger than `size` nor than the memory.
 */
function split(group: Unit, size: number, limits: CohortLimits): Unit[] {
  for (let parts = Math.ceil(group.length / size); parts < group.length; parts += 1) {
    const units = Array.from({ length: parts }, (_, part) =>
      group.slice(
        Math.round((part * group.length) / parts),
        Math.round(((part + 1) * group.length) / parts),
      ),
    );
    if (units.every((unit) => memoryOfUnit(unit, limits) <= limits.memoryMiB)) return units;
  }
  return group.map((trial) => [trial]);
}

/**
 * Memory of a process with these students, in MiB: each adds what it takes alone beyond the process
 * itself.
 */
export function memoryOfUnit(unit: Unit, { memoryOf }: Pick<CohortLimits, 'memoryOf'>): number {
  const own = unit.map((trial) => Math.max(0, memoryOf(trial) - processMiB));
  return processMiB + own.reduce((sum, each) => sum + each, 0);
}

/** Steps until the last worker is done, the longest units given out first. */
function makespan(units: readonly Unit[], workers: number): number {
  const busy = new Array<number>(workers).fill(0);
  const costs = units.map((unit) => {
    const [{ steps }] = unit as readonly [PlannedTrial];
    return (
      steps *
      (unit.length + (cohortKey(unit[0]?.spec as PlannedTrial['spec']) === null ? 0 : teacherShare))
    );
  });
  for (const cost of costs.sort((a, b) => b - a)) {
    const next = busy.indexOf(Math.min(...busy));
    busy[next] = (busy[next] as number) + cost;
  }
  return Math.max(...busy);
}

/**
 * Forward passes of teachers, one per training step and process: with these units, and if every
 * trial had its own.
 */
export function teacherPasses(units: readonly Unit[]): {
  readonly shared: number;
  readonly alone: number;
} {
  let [shared, alone] = [0, 0];
  for (const unit of units) {
    const learning = unit.filter(({ spec }) => cohortKey(spec) !== null);
    shared += learning[0]?.steps ?? 0;
    alone += learning.reduce((sum, { steps }) => sum + steps, 0);
  }
  return { shared, alone };
}
