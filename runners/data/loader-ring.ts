import type { BatchRecipe, BatchTarget } from './batch.ts';
import type { PictureSet } from './types.ts';

/** Words of the ring's control block. */
export const control = {
  /** Bumped with every change of the others: what the worker sleeps on. */
  wake: 0,
  /** The job that is wanted; another value than its own ends a job. */
  job: 1,
  /** Batches of the job that the reader has taken. */
  taken: 2,
  /** First of one word per slot: the ticket of the batch that lies there. */
  written: 3,
} as const;

/** Shared memory between the loader and its worker: a control block and `slots` batches. */
export interface Ring {
  readonly slots: number;
  readonly control: Int32Array;
  readonly images: Float32Array;
  /** Of length 0 where batches have no strong view. */
  readonly strong: Float32Array;
  readonly labels: Int32Array;
  readonly indices: Int32Array;
}

/** What the worker is started with. */
export interface WorkerSetup {
  readonly pictures: PictureSet;
  readonly recipe: BatchRecipe;
  readonly ring: Ring;
}

/** A stretch of an epoch: batches `fromStep` (from 0) to the end. */
export interface LoaderJob {
  readonly job: number;
  readonly epoch: number;
  readonly fromStep: number;
  /**
   * Ticket of the first batch. No two batches of a loader have the same, so that one of an
   * abandoned job is never taken for one of the next.
   */
  readonly firstTicket: number;
}

/** @param values numbers of a picture */
export function allocateRing(
  slots: number,
  batchSize: number,
  values: number,
  strong = false,
): Ring {
  const words = (count: number) => new SharedArrayBuffer(4 * count);
  return {
    slots,
    control: new Int32Array(words(control.written + slots)),
    images: new Float32Array(words(slots * batchSize * values)),
    strong: new Float32Array(words(strong ? slots * batchSize * values : 0)),
    labels: new Int32Array(words(slots * batchSize)),
    indices: new Int32Array(words(slots * batchSize)),
  };
}

/** The arrays of one slot. */
export function slotOf(ring: Ring, slot: number): BatchTarget {
  const part = <A extends Float32Array | Int32Array>(array: A): A => {
    const length = array.length / ring.slots;
    return array.subarray(slot * length, (slot + 1) * length) as A;
  };
  return {
    images: part(ring.images),
    strong: part(ring.strong),
    labels: part(ring.labels),
    indices: part(ring.indices),
  };
}

/** Changes a control word and wakes the worker. */
export function setControl(ring: Ring, word: number, value: number): void {
  Atomics.store(ring.control, word, value);
  Atomics.add(ring.control, control.wake, 1);
  Atomics.notify(ring.control, control.wake);
}
