import type { CohortLimits } from '../../suites/cohorts.ts';
import { stepKey } from '../../suites/price.ts';
import type { MeasuredCosts } from '../measured-steps.ts';
import type { Machine, Resources } from './resources.ts';

/** Room for a student that was never measured here, in MiB: what the largest CIFAR pair takes while its step is recorded. */
const unmeasuredMiB = 2048;

/**
 * How large cohorts may become: as many students as were asked for, and as find room in the memory that a worker's share of
 * `--max-memory` (default: all of the machine's) is, by what trials like them took before.
 */
export function cohortLimits(
  asked: { readonly cohort: number | undefined; readonly maxMemory: number | undefined },
  { workers }: Resources,
  machine: Machine,
  { memory }: Pick<MeasuredCosts, 'memory'>,
): CohortLimits {
  return {
    students: asked.cohort ?? Number.POSITIVE_INFINITY,
    workers,
    memoryMiB: ((asked.maxMemory ?? machine.memoryGiB) * 1024) / workers,
    memoryOf: ({ spec }) => memory.get(stepKey(spec)) ?? unmeasuredMiB,
  };
}
