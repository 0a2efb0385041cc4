import type { BatchRecipe, BatchTarget } from './batch.ts';
import type { SplitPictures } from './types.ts';
import type { Share } from './views/batch.ts';

/** Words of the ring's control block. */
export const control = {
  /** Bumped with every change of the others: what the worker sleeps on. */
  wake: 0,
  /** The job that is wanted; another value than its own ends a job. */
  job: 1,
  /** Batches of the job that the reader has taken. */
  taken: 2,
  /** First of one word per slot and thread: the ticket of the batch whose share lies there. */
  written: 3,
} as const;

/** Normalised numbers, or bytes. */
export type Pixels = Float32Array | Uint8Array;

/** Shared memory between the loader and its threads: a control block and `slots` batches. */
export interface Ring {
  readonly slots: number;
  readonly control: Int32Array;
  readonly threads: number;
  readonly images: Pixels;
  /** Of length 0 where batches have no strong view. */
  readonly strong: Pixels;
  readonly labels: Int32Array;
  readonly indices: Int32Array;
}

/** What a thread is started with. */
export interface WorkerSetup {
  readonly pictures: SplitPictures;
  readonly recipe: BatchRecipe;
  readonly ring: Ring;
  /** Its share of every batch. */
  readonly share: Share;
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

/** The size of a ring. */
export interface RingSize {
  readonly slots: number;
  readonly threads: number;
  readonly batchSize: number;
  /** Numbers of a picture. */
  readonly values: number;
  /** Whether batches have a strong view. */
  readonly strong: boolean;
  /** Whether pictures are bytes. */
  readonly bytes: boolean;
}

export function allocateRing(size: RingSize): Ring {
  const { slots, threads, batchSize, values, strong, bytes } = size;
  const words = (count: number) => new SharedArrayBuffer(4 * count);
  const pixels = (count: number) =>
    bytes ? new Uint8Array(new SharedArrayBuffer(count)) : new Float32Array(words(count));
  return {
    slots,
    threads,
    control: new Int32Array(words(control.written + slots * threads)),
    images: pixels(slots * batchSize * values),
    strong: pixels(strong ? slots * batchSize * values : 0),
    labels: new Int32Array(words(slots * batchSize)),
    indices: new Int32Array(words(slots * batchSize)),
  };
}

/** The arrays of one slot. */
export function slotOf(ring: Ring, slot: number): BatchTarget<Pixels> {
  const part = <A extends Pixels | Int32Array>(array: A): A => {
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

/** The control word that says which batch a thread's share of a slot is of. */
export const writtenWord = (ring: Ring, slot: number, thread: number): number =>
  control.written + slot * ring.threads + thread;

/** Changes a control word and wakes the worker. */
export function setControl(ring: Ring, word: number, value: number): void {
  Atomics.store(ring.control, word, value);
  Atomics.add(ring.control, control.wake, 1);
  Atomics.notify(ring.control, control.wake);
}
