import { availableParallelism } from 'node:os';

/**
 * Threads with which a training makes its pictures: `REDISTILL_LOADER_THREADS`, else as many as
 * TensorFlow computes with, or where that is not fixed one for each core. Bytes do not depend on
 * it.
 */
export function loaderThreads(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): number {
  const given = ['REDISTILL_LOADER_THREADS', 'TF_NUM_INTRAOP_THREADS'].map((name) =>
    Number(environment[name] ?? Number.NaN),
  );
  const fixed = given.find((count) => Number.isInteger(count) && count > 0);
  return fixed ?? availableParallelism();
}
