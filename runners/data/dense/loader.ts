import { Worker } from 'node:worker_threads';
import type { RedistillError } from '../../../common/errors.ts';
import { codeUrl } from '../../../common/installation.mjs';
import { loaderError, loaderFailure } from '../loader-failure.ts';
import type { DenseBatch } from './batch.ts';
import { batchCount, type DenseRecipe } from './epoch-plan.ts';
import type { FromLoader, LoaderSetup, ToLoader } from './loader-protocol.ts';
import type { TargetModule } from './target-maker.ts';
import type { DenseSplit, MaskTable } from './types.ts';

export interface DenseLoaderOptions extends DenseRecipe {
  readonly split: DenseSplit;
  /** Gives every picture the masks of its objects (`masksOf`). */
  readonly masks?: MaskTable | null;
  readonly targets?: TargetModule | null;
  /**
   * Batches that each thread makes ahead, by default one, or two of a single thread; the bytes do
   * not depend on it, nor on the number of threads.
   */
  readonly prefetch?: number;
  /** Threads that make batches in turn. A picture of 1333 x 800 takes one about 10 ms. */
  readonly threads?: number;
}

/** Gives the batches of any epoch, made in threads of its own. */
export interface DenseLoader {
  /** The same in every epoch. */
  readonly batchesPerEpoch: number;
  /**
   * The batches of epoch `epoch` from batch `fromStep` (0 is the first) to its end. One epoch is
   * read at a time; asking for another ends the one before.
   */
  epoch(epoch: number, fromStep?: number): AsyncIterable<DenseBatch>;
  /** Ends the threads. Reading on afterwards fails. */
  close(): Promise<void>;
}

/**
 * A loader for detection and segmentation. With `seed` null it gives the pictures as they are,
 * grouped by bucket.
 *
 * @throws RedistillError `DATA_BUCKET` for a picture that no bucket holds; while reading `LOADER`
 *   (infrastructure) where the thread failed or was closed, and what is wrong with a picture
 */
export function createDenseLoader(options: DenseLoaderOptions): DenseLoader {
  return new ThreadLoader(options);
}

class ThreadLoader implements DenseLoader {
  readonly batchesPerEpoch: number;
  private readonly workers: readonly Worker[];
  private job = 0;
  /** Batches of the job that have come and were not asked for yet, by step. */
  private readonly ready = new Map<number, DenseBatch>();
  private waiting = 0;
  private failure: RedistillError | undefined;
  private awake: () => void = () => {};

  constructor(options: DenseLoaderOptions) {
    const { split, masks = null, targets = null, ...rest } = options;
    const { threads = 1, prefetch = threads === 1 ? 2 : 1, ...recipe } = rest;
    checkOptions(recipe, prefetch, threads);
    this.batchesPerEpoch = batchCount(split, recipe);
    this.workers = Array.from({ length: threads }, (_, first) => {
      const share = { first, every: threads };
      return this.startWorker({ split, masks, recipe, targets, prefetch, share });
    });
  }

  private startWorker(setup: LoaderSetup): Worker {
    const worker = new Worker(codeUrl(new URL('./loader-worker.ts', import.meta.url)), {
      workerData: setup,
    });
    // The threads alone must not keep a process alive; `next` holds it while somebody waits.
    worker.unref();
    worker.on('message', ({ job, batch }: FromLoader) => {
      if (job !== this.job) return;
      this.ready.set(batch.step, batch);
      this.awake();
    });
    worker.on('error', (cause) => this.fail('failed', cause));
    worker.on('exit', (code) => this.fail(`ended with code ${code}`));
    return worker;
  }

  async *epoch(epoch: number, fromStep = 0): AsyncGenerator<DenseBatch, void, undefined> {
    this.job += 1;
    const { job } = this;
    this.ready.clear();
    // Whoever still reads the epoch before must not wait for ever.
    this.awake();
    for (const worker of this.workers) send(worker, { kind: 'epoch', job, epoch, fromStep });
    for (let step = fromStep; step < this.batchesPerEpoch; step += 1) {
      const worker = this.workers[(step - fromStep) % this.workers.length] as Worker;
      const batch = await this.next(job, step, worker);
      send(worker, { kind: 'taken', job });
      yield batch;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private async next(job: number, step: number, worker: Worker): Promise<DenseBatch> {
    this.waiting += 1;
    worker.ref();
    try {
      for (;;) {
        if (this.job !== job)
          throw loaderError('was asked for another epoch before this one was read');
        const batch = this.ready.get(step);
        if (batch !== undefined) {
          this.ready.delete(step);
          return batch;
        }
        if (this.failure !== undefined) throw this.failure;
        await new Promise<void>((resolve) => {
          this.awake = resolve;
        });
      }
    } finally {
      this.waiting -= 1;
      if (this.waiting === 0) for (const each of this.workers) each.unref();
    }
  }

  private fail(what: string, cause?: unknown): void {
    this.failure ??= loaderFailure(what, cause);
    this.awake();
  }
}

function send(worker: Worker, message: ToLoader): void {
  worker.postMessage(message);
}

function checkOptions(
  { batchSize, scales, buckets }: DenseRecipe,
  prefetch: number,
  threads: number,
): void {
  for (const [name, value] of Object.entries({ batchSize, prefetch, threads })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(
        `createDenseLoader: ${name} must be a positive whole number, not ${value}`,
      );
    }
  }
  if (scales.length === 0 || buckets.length === 0) {
    throw new RangeError('createDenseLoader: scales and buckets must not be empty');
  }
}
