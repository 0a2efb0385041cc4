import { workerMemoryMiB } from '../../engine/visible-gpus.ts';
import type { Asked, OpenExecutor } from '../executor.ts';
import type { ClusterSettings } from './options.ts';

/** Memory of a task whose memory neither command line nor configuration states, in MiB. */
const unaskedMiB = 8192;

/**
 * How large cohorts become on a cluster: each task has the memory that its job asks for, or
 * `--max-memory`, and no more than fits on a GPU. Where `maxRunning` says how many run at a time,
 * as many cohorts are made as keep them busy, and else as few as there is memory for.
 */
export function clusterCohorts(
  { cohort, device, maxMemory }: Pick<Asked, 'cohort' | 'device' | 'maxMemory'>,
  { gpuMiB, maxRunning, studentMiB }: Pick<ClusterSettings, 'gpuMiB' | 'maxRunning' | 'studentMiB'>,
): OpenExecutor['cohorts'] {
  const stated = maxMemory === undefined ? studentMiB : maxMemory * 1024;
  const onGpu = device === 'gpu' && gpuMiB !== null;
  return {
    students: cohort ?? Number.POSITIVE_INFINITY,
    workers: maxRunning ?? 1,
    memoryMiB: onGpu
      ? workerMemoryMiB(stated ?? Number.POSITIVE_INFINITY, { workers: 1, gpus: 1, gpuMiB })
      : (stated ?? unaskedMiB),
  };
}
