import type { CohortLimits } from '../../contract/cohorts.ts';
import type { OpenExecutor } from '../../runners/executors/executor.ts';
import { stepKey } from '../../suites/price.ts';
import type { MeasuredCosts } from '../plan/measured-steps.ts';

/**
 * Room for a student that was never measured here, in MiB: what the largest CIFAR pair takes while
 * its step is recorded.
 */
const unmeasuredMiB = 2048;

/**
 * How large cohorts may become: as the executor has room for, by what trials like them took before.
 */
export function cohortLimits(
  { cohorts }: Pick<OpenExecutor, 'cohorts'>,
  { memory }: Pick<MeasuredCosts, 'memory'>,
): CohortLimits {
  return { ...cohorts, memoryOf: ({ spec }) => memory.get(stepKey(spec)) ?? unmeasuredMiB };
}
