import { Worker } from 'node:worker_threads';
import type { RedistillError } from '../../common/errors.ts';
import { codeUrl } from '../../common/installation.mjs';
import { type BatchRecipe, type BatchTarget, batchesPerEpoch, batchSizeAt } from './batch.ts';
import { loaderError, loaderFailure } from './loader-failure.ts';
import {
  allocateRing,
  control,
  type LoaderJob,
  type Pixels,
  type Ring,
  setControl,
  slotOf,
  type WorkerSetup,
  writtenWord,
} from './loader-ring.ts';
import { type Batch, isStreamed, type SplitPictures } from './types.ts';

export interface LoaderOptions extends BatchRecipe {
  readonly pictures: SplitPictures;
  /** Batches that are made ahead; the bytes do not depend on it. */
  readonly prefetch?: number;
  /**
   * Threads that make each batch together, where its pictures are bytes; these do not depend on it.
   */
  readonly threads?: number;
  /** Batches whose arrays hold at a time, the one before the last too with 2. Default: 1. */
  readonly held?: 1 | 2;
}

/** Gives the batches of any epoch, made in threads of its own. */
export interface Loader {
  readonly batchesPerEpoch: number;
  /**
   * The batches of epoch `epoch` from batch `fromStep` (0 is the first) to its end. The arrays of a
   * batch hold until the next one is asked for, or the one after it (`held`). One epoch is read at
   * a time; asking for another ends the one before.
   */
  epoch(epoch: number, fromStep?: number): AsyncIterable<Batch>;
  /** Ends the threads. Reading on afterwards fails. */
  close(): Promise<void>;
}

/**
 * A loader of seeded, augmented batches. With `seed` null it gives the pictures in order,
 * without anything random: the test loader.
 *
 * @throws InfrastructureError `LOADER` while reading, where a thread failed or was closed;
 *   DataError for a picture that cannot be read
 */
export function createLoader(options: LoaderOptions): Loader {
  return new ThreadLoader(options);
}

const defaultPrefetch = 4;

class ThreadLoader implements Loader {
  readonly batchesPerEpoch: number;
  private readonly pictures: SplitPictures;
  private readonly recipe: BatchRecipe;
  private readonly ring: Ring;
  private readonly workers: readonly Worker[];
  /**
   * What batches are handed out in, in turn: private memory, since others may keep a view until
   * it is written again.
   */
  private readonly outs: readonly BatchTarget<Pixels>[];
  private job = 0;
  private nextTicket = 1;
  private waiting = 0;
  private failure: RedistillError | undefined;
  private awake: () => void = () => {};

  constructor(options: LoaderOptions) {
    const { pictures, prefetch = defaultPrefetch, held = 1, ...rest } = options;
    checkOptions(options, prefetch);
    const { batchSize, dropLast, augmentation, input, seed, normalisation, threads = 1 } = rest;
    this.recipe = {
      ...{ batchSize, dropLast, augmentation, seed, normalisation },
      ...(input !== undefined && { input }),
    };
    this.pictures = pictures;
    this.batchesPerEpoch = batchesPerEpoch(pictures.count, this.recipe);
    const bytes = givesBytes(pictures, input);
    const { size: height = pictures.height, size: width = pictures.width } = input ?? {};
    const values = height * width * 3;
    const strong = seed !== null && augmentation.strong !== undefined;
    const ring = { slots: prefetch, threads: bytes ? threads : 1 };
    this.ring = allocateRing({ ...ring, batchSize, values, strong, bytes });
    const pixels = (count: number) => (bytes ? new Uint8Array(count) : new Float32Array(count));
    this.outs = Array.from({ length: held }, () => ({
      images: pixels(batchSize * values),
      strong: pixels(strong ? batchSize * values : 0),
      labels: new Int32Array(batchSize),
      indices: new Int32Array(batchSize),
    }));
    this.workers = Array.from({ length: ring.threads }, (_, first) =>
      this.startWorker({
        ...{ pictures, recipe: this.recipe, ring: this.ring },
        share: { first, every: ring.threads },
      }),
    );
  }

  private startWorker(setup: WorkerSetup): Worker {
    const worker = new Worker(codeUrl(new URL('./loader-worker.ts', import.meta.url)), {
      workerData: setup,
    });
    // The threads alone must not keep a process alive; `waitFor` holds it while somebody waits.
    worker.unref();
    worker.on('message', () => this.awake());
    worker.on('error', (cause) => this.fail('failed', cause));
    worker.on('exit', (code) => this.fail(`ended with code ${code}`));
    return worker;
  }

  async *epoch(epoch: number, fromStep = 0): AsyncGenerator<Batch, void, undefined> {
    this.job += 1;
    const job: LoaderJob = { job: this.job, epoch, fromStep, firstTicket: this.nextTicket };
    this.nextTicket = (this.nextTicket + this.batchesPerEpoch) | 0;
    Atomics.store(this.ring.control, control.taken, 0);
    setControl(this.ring, control.job, job.job);
    // Whoever still reads the epoch before must not wait for ever.
    this.awake();
    for (const worker of this.workers) worker.postMessage(job);
    for (let step = fromStep; step < this.batchesPerEpoch; step += 1) {
      const count = step - fromStep;
      const slot = count % this.ring.slots;
      await this.waitFor(job, slot, (job.firstTicket + count) | 0);
      const size = batchSizeAt(step, this.pictures.count, this.recipe);
      const out = this.outs[count % this.outs.length] as BatchTarget<Pixels>;
      this.copyOut(slot, out);
      setControl(this.ring, control.taken, count + 1);
      yield { ...sized(out, size, this.recipe.batchSize), place: { pass: epoch, step } };
    }
  }

  async close(): Promise<void> {
    setControl(this.ring, control.job, 0);
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  /** Waits until a slot holds the batch with this ticket. */
  private async waitFor(job: LoaderJob, slot: number, ticket: number): Promise<void> {
    this.waiting += 1;
    for (const worker of this.workers) worker.ref();
    try {
      for (;;) {
        if (this.failure !== undefined) throw this.failure;
        if (this.job !== job.job)
          throw loaderError('was asked for another epoch before this one was read');
        if (this.isWritten(slot, ticket)) return;
        await new Promise<void>((resolve) => {
          this.awake = resolve;
        });
      }
    } finally {
      this.waiting -= 1;
      if (this.waiting === 0) for (const worker of this.workers) worker.unref();
    }
  }

  /** Whether every thread has written its share. */
  private isWritten(slot: number, ticket: number): boolean {
    return this.workers.every(
      (_, thread) =>
        Atomics.load(this.ring.control, writtenWord(this.ring, slot, thread)) === ticket,
    );
  }

  private copyOut(slot: number, out: BatchTarget<Pixels>): void {
    const from = slotOf(this.ring, slot);
    out.images.set(from.images);
    out.strong.set(from.strong);
    out.labels.set(from.labels);
    out.indices.set(from.indices);
  }

  private fail(what: string, cause?: unknown): void {
    this.failure ??= loaderFailure(what, cause);
    this.awake();
  }
}

/** Whether pictures come as bytes: those that a recipe's input makes, and those in files. */
export function givesBytes(pictures: SplitPictures, input: BatchRecipe['input']): boolean {
  return input !== undefined || isStreamed(pictures);
}

function sized(out: BatchTarget<Pixels>, size: number, batchSize: number): Omit<Batch, 'place'> {
  const values = out.images.length / batchSize;
  return {
    images: out.images.subarray(0, size * values),
    labels: out.labels.subarray(0, size),
    indices: out.indices.subarray(0, size),
    ...(out.strong.length > 0 && { strong: out.strong.subarray(0, size * values) }),
    size,
  };
}

function checkOptions(
  { pictures, batchSize, augmentation, threads = 1 }: LoaderOptions,
  prefetch: number,
): void {
  const positive = { batchSize, prefetch, threads, 'pictures.count': pictures.count };
  for (const [name, value] of Object.entries(positive)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`createLoader: ${name} must be a positive whole number, not ${value}`);
    }
  }
  const padding = augmentation.crop?.padding ?? 0;
  if (!Number.isInteger(padding) || padding < 0) {
    throw new RangeError(
      `createLoader: the crop's padding must be a whole number from 0, not ${padding}`,
    );
  }
}
