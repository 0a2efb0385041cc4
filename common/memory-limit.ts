import { totalmem } from 'node:os';

/** Bytes of the machine's memory or, in a container or a job of a cluster, of its share of it. */
export function memoryLimit(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
