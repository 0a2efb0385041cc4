import { Worker } from 'node:worker_threads';
import { InfrastructureError, RedistillError } from '../../../common/errors.ts';
import type { DenseBatch } from './batch.ts';
import { batchCount, type DenseRecipe } from './epoch-plan.ts';
import type { TargetModule } from './target-maker.ts';
import type { DenseSplit, MaskTable } from './types.ts';

export interface DenseLoaderOptions extends DenseRecipe {
  readonly split: DenseSplit;
  /** Gives every picture the masks of its objects (`masksOf`). */
  readonly masks?: MaskTable | null;
  readonly targets?: TargetModule | null;
  /** Batches that are made ahead; the bytes do not depend on it. */
  readonly prefetch?: number;
}

/** Gives the batches of any epoch, made in a thread of its own. */
export interface DenseLoader {
  /** The same in every epoch. */
  readonly batchesPerEpoch: number;
  /**
   * The batches of epoch `epoch` from batch `fromStep` (0 is the first) to its end. One epoch is read at a time; asking for
   * another ends the one before.
   */
  epoch(epoch: number, fromStep?: number): AsyncIterable<DenseBatch>;
  /** Ends the thread. Reading on afterwards fails. */
  close(): Promise<void>;
}

/** What the thread is started with. */
export interface LoaderSetup {
  readonly split: DenseSplit;
  readonly masks: MaskTable | null;
  readonly recipe: DenseRecipe;
  readonly targets: TargetModule | null;
  readonly prefetch: number;
}

export type ToLoader =
  | {
      readonly kind: 'epoch';
      readonly job: number;
      readonly epoch: number;
      readonly fromStep: number;
    }
  | { readonly kind: 'taken'; readonly job: number };

export interface FromLoader {
  readonly job: number;
  readonly batch: DenseBatch;
}

/**
 * A loader for detection and segmentation. With `seed` null it gives the pictures as they are, grouped by bucket.
 *
 * @throws RedistillError `DATA_BUCKET` for a picture that no bucket holds; while reading `LOADER` (infrastructure) where the
 *   thread failed or was closed, and what is wrong with a picture
 */
export function createDenseLoader(options: DenseLoaderOptions): DenseLoader {
  return new ThreadLoader(options);
}

const defaultPrefetch = 3;

class ThreadLoader implements DenseLoader {
  readonly batchesPerEpoch: number;
  private readonly worker: Worker;
  private job = 0;
  /** Batches of the job that have come and were not asked for yet, in order. */
  private ready: DenseBatch[] = [];
  private waiting = 0;
  private failure: RedistillError | undefined;
  private awake: () => void = () => {};

  constructor(options: DenseLoaderOptions) {
    const { split, masks = null, targets = null, prefetch = defaultPrefetch, ...recipe } = options;
    checkOptions(recipe, prefetch);
    this.batchesPerEpoch = batchCount(split, recipe);
    const setup: LoaderSetup = { split, masks, recipe, targets, prefetch };
    this.worker = new Worker(new URL('./loader-worker.ts', import.meta.url), { workerData: setup });
    // The thread alone must not keep a process alive; `next` holds it while somebody waits.
    this.worker.unref();
    this.worker.on('message', ({ job, batch }: FromLoader) => {
      if (job !== this.job) return;
      this.ready.push(batch);
      this.awake();
    });
    this.worker.on('error', (cause) => this.fail('failed', cause));
    this.worker.on('exit', (code) => this.fail(`ended with code ${code}`));
  }

  async *epoch(epoch: number, fromStep = 0): AsyncGenerator<DenseBatch, void, undefined> {
    this.job += 1;
    const { job } = this;
    this.ready = [];
    // Whoever still reads the epoch before must not wait for ever.
    this.awake();
    this.send({ kind: 'epoch', job, epoch, fromStep });
    for (let step = fromStep; step < this.batchesPerEpoch; step += 1) {
      const batch = await this.next(job);
      this.send({ kind: 'taken', job });
      yield batch;
    }
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private send(message: ToLoader): void {
    this.worker.postMessage(message);
  }

  private async next(job: number): Promise<DenseBatch> {
    this.waiting += 1;
    this.worker.ref();
    try {
      for (;;) {
        if (this.job !== job)
          throw loaderError('was asked for another epoch before this one was read');
        const batch = this.ready.shift();
        if (batch !== undefined) return batch;
        if (this.failure !== undefined) throw this.failure;
        await new Promise<void>((resolve) => {
          this.awake = resolve;
        });
      }
    } finally {
      this.waiting -= 1;
      if (this.waiting === 0) this.worker.unref();
    }
  }

  private fail(what: string, cause?: unknown): void {
    this.failure ??= asError(what, cause);
    this.awake();
  }
}

/** An error of the thread loses its class on the way, but not what it says. */
function asError(what: string, cause: unknown): RedistillError {
  const { code, message, hint } = (cause ?? {}) as {
    code?: string;
    message?: string;
    hint?: string;
  };
  if (typeof code === 'string' && code.startsWith('DATA_')) {
    return new RedistillError(code, message ?? '', { hint, cause });
  }
  return loaderError(message === undefined ? what : `${what} (${message})`, cause);
}

function loaderError(what: string, cause?: unknown): InfrastructureError {
  return new InfrastructureError('LOADER', `The data loader's thread ${what}.`, { cause });
}

function checkOptions({ batchSize, scales, buckets }: DenseRecipe, prefetch: number): void {
  for (const [name, value] of Object.entries({ batchSize, prefetch })) {
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
