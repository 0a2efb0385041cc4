import { availableParallelism } from 'node:os';

/**
 * Threads with which a training makes its pictures: as many as TensorFlow computes with, or where
 * that is not fixed one for each core. Bytes do not depend on it.
 */
export function loaderThreads(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): number {
  const fixed = Number(environment['TF_NUM_INTRAOP_THREADS'] ?? Number.NaN);
  return Number.isInteger(fixed) && fixed > 0 ? fixed : availableParallelism();
}
