import type { Asked, OpenExecutor } from '../executor.ts';
import type { ClusterSettings } from './options.ts';

/** Memory of a task whose memory neither command line nor configuration states, in MiB. */
const unaskedMiB = 8192;

/**
 * How large cohorts become on a cluster: each task has the memory that its job asks for, or
 * `--max-memory`. Where `maxRunning` says how many run at a time, as many cohorts are made as keep
 * them busy, and else as few as there is memory for.
 */
export function clusterCohorts(
  { cohort, maxMemory }: Pick<Asked, 'cohort' | 'maxMemory'>,
  { maxRunning, studentMiB }: Pick<ClusterSettings, 'maxRunning' | 'studentMiB'>,
): OpenExecutor['cohorts'] {
  return {
    students: cohort ?? Number.POSITIVE_INFINITY,
    workers: maxRunning ?? 1,
    memoryMiB: maxMemory === undefined ? (studentMiB ?? unaskedMiB) : maxMemory * 1024,
  };
}
