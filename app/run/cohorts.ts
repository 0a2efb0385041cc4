import type { CohortLimits } from '../../contract/cohorts.ts';
import type { SlurmConfig } from '../../runners/executors/slurm/config.ts';
import { stepKey } from '../../suites/price.ts';
import type { MeasuredCosts } from '../plan/measured-steps.ts';
import type { Machine, Resources } from './resources.ts';

/**
 * Room for a student that was never measured here, in MiB: what the largest CIFAR pair takes while
 * its step is recorded.
 */
const unmeasuredMiB = 2048;

/** Memory of a job whose memory neither command line nor configuration states, in MiB. */
const unaskedMiB = 8192;

/** What was asked of cohorts. */
interface Asked {
  readonly cohort?: number | undefined;
  /** GiB. */
  readonly maxMemory?: number | undefined;
}

/**
 * How large cohorts may become: as many students as were asked for, and as find room in the memory
 * that a worker's share of `--max-memory` (default: all of the machine's) is, by what trials like
 * them took before.
 */
export function cohortLimits(
  asked: Asked,
  { workers }: Resources,
  machine: Machine,
  { memory }: Pick<MeasuredCosts, 'memory'>,
): CohortLimits {
  return {
    students: asked.cohort ?? Number.POSITIVE_INFINITY,
    workers,
    memoryMiB: ((asked.maxMemory ?? machine.memoryGiB) * 1024) / workers,
    memoryOf: memoryBy(memory),
  };
}

/**
 * The same for the tasks of a cluster: each has the memory that its job asks for, or
 * `--max-memory`. Where `maxRunning` says how many run at a time, as many cohorts are made as keep
 * them busy, and else as few as there is memory for.
 */
export function clusterCohortLimits(
  asked: Asked,
  { maxRunning, studentMiB }: Pick<SlurmConfig, 'maxRunning' | 'studentMiB'>,
  { memory }: Pick<MeasuredCosts, 'memory'>,
): CohortLimits {
  const { cohort, maxMemory } = asked;
  return {
    students: cohort ?? Number.POSITIVE_INFINITY,
    workers: maxRunning ?? 1,
    memoryMiB: maxMemory === undefined ? (studentMiB ?? unaskedMiB) : maxMemory * 1024,
    memoryOf: memoryBy(memory),
  };
}

const memoryBy =
  (measured: MeasuredCosts['memory']): CohortLimits['memoryOf'] =>
  ({ spec }) =>
    measured.get(stepKey(spec)) ?? unmeasuredMiB;
