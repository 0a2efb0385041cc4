import { availableParallelism } from 'node:os';
import { UsageError } from '../../common/errors.ts';

/** Far more than any machine has use for: each has a ring of batches to fill. */
const most = 1024;

/**
 * Threads with which a training makes its pictures: `REDISTILL_LOADER_THREADS`, else as many as
 * TensorFlow computes with, or where that is not fixed one for each core. Bytes do not depend on
 * it.
 *
 * @throws UsageError `LOADER_THREADS` for a value that is no number of threads
 */
export function loaderThreads(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): number {
  const { REDISTILL_LOADER_THREADS: own, TF_NUM_INTRAOP_THREADS: fixed } = environment;
  if (own !== undefined && own !== '') {
    const count = /^\d+$/.test(own) ? Number(own) : 0;
    if (count >= 1 && count <= most) return count;
    throw new UsageError(
      'LOADER_THREADS',
      `REDISTILL_LOADER_THREADS must be a whole number from 1 to ${most}; it is "${own}".`,
      { hint: 'Unset it, and as many threads make pictures as TensorFlow computes with.' },
    );
  }
  const count = Number(fixed ?? Number.NaN);
  return Number.isInteger(count) && count > 0 ? count : availableParallelism();
}
