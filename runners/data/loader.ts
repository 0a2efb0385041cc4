import { Worker } from 'node:worker_threads';
import { InfrastructureError } from '../../common/errors.ts';
import { codeUrl } from '../../common/installation.mjs';
import { type BatchRecipe, type BatchTarget, batchesPerEpoch, batchSizeAt } from './batch.ts';
import {
  allocateRing,
  control,
  type LoaderJob,
  type Ring,
  setControl,
  slotOf,
  type WorkerSetup,
} from './loader-ring.ts';
import type { Batch, PictureSet } from './types.ts';

export interface LoaderOptions extends BatchRecipe {
  readonly pictures: PictureSet;
  /** Batches that are made ahead; the bytes do not depend on it. */
  readonly prefetch?: number;
}

/** Gives the batches of any epoch, made in a thread of its own. */
export interface Loader {
  readonly batchesPerEpoch: number;
  /**
   * The batches of epoch `epoch` from batch `fromStep` (0 is the first) to its end. The arrays of a
   * batch hold until the next one is asked for. One epoch is read at a time; asking for another
   * ends the one before.
   */
  epoch(epoch: number, fromStep?: number): AsyncIterable<Batch>;
  /** Ends the thread. Reading on afterwards fails. */
  close(): Promise<void>;
}

/**
 * A loader of seeded, augmented, normalised batches. With `seed` null it gives the pictures in
 * order as they are: the test loader.
 *
 * @throws InfrastructureError `LOADER` while reading, where the thread failed or was closed.
 */
export function createLoader(options: LoaderOptions): Loader {
  return new ThreadLoader(options);
}

const defaultPrefetch = 4;

class ThreadLoader implements Loader {
  readonly batchesPerEpoch: number;
  private readonly pictures: PictureSet;
  private readonly recipe: BatchRecipe;
  private readonly ring: Ring;
  private readonly worker: Worker;
  /**
   * What a batch is handed out in: private memory, since others may keep a view until the next
   * call.
   */
  private readonly out: BatchTarget;
  private job = 0;
  private nextTicket = 1;
  private waiting = 0;
  private failure: InfrastructureError | undefined;
  private awake: () => void = () => {};

  constructor(options: LoaderOptions) {
    const { pictures, prefetch = defaultPrefetch, ...rest } = options;
    checkOptions(options, prefetch);
    const { batchSize, dropLast, augmentation, seed, normalisation } = rest;
    this.recipe = { batchSize, dropLast, augmentation, seed, normalisation };
    this.pictures = pictures;
    this.batchesPerEpoch = batchesPerEpoch(pictures.count, this.recipe);
    const values = pictures.height * pictures.width * 3;
    const strong = seed !== null && augmentation.strong !== undefined;
    this.ring = allocateRing(prefetch, batchSize, values, strong);
    this.out = {
      images: new Float32Array(batchSize * values),
      strong: new Float32Array(strong ? batchSize * values : 0),
      labels: new Int32Array(batchSize),
      indices: new Int32Array(batchSize),
    };
    const setup: WorkerSetup = { pictures, recipe: this.recipe, ring: this.ring };
    this.worker = new Worker(codeUrl(new URL('./loader-worker.ts', import.meta.url)), {
      workerData: setup,
    });
    // The thread alone must not keep a process alive; `waitFor` holds it while somebody waits.
    this.worker.unref();
    this.worker.on('message', () => this.awake());
    this.worker.on('error', (cause) => this.fail('failed', cause));
    this.worker.on('exit', (code) => this.fail(`ended with code ${code}`));
  }

  async *epoch(epoch: number, fromStep = 0): AsyncGenerator<Batch, void, undefined> {
    this.job += 1;
    const job: LoaderJob = { job: this.job, epoch, fromStep, firstTicket: this.nextTicket };
    this.nextTicket = (this.nextTicket + this.batchesPerEpoch) | 0;
    Atomics.store(this.ring.control, control.taken, 0);
    setControl(this.ring, control.job, job.job);
    // Whoever still reads the epoch before must not wait for ever.
    this.awake();
    this.worker.postMessage(job);
    for (let step = fromStep; step < this.batchesPerEpoch; step += 1) {
      const count = step - fromStep;
      const slot = count % this.ring.slots;
      await this.waitFor(job, slot, (job.firstTicket + count) | 0);
      const size = batchSizeAt(step, this.pictures.count, this.recipe);
      this.copyOut(slot);
      setControl(this.ring, control.taken, count + 1);
      yield sized(this.out, size, this.recipe.batchSize);
    }
  }

  async close(): Promise<void> {
    setControl(this.ring, control.job, 0);
    await this.worker.terminate();
  }

  /** Waits until a slot holds the batch with this ticket. */
  private async waitFor(job: LoaderJob, slot: number, ticket: number): Promise<void> {
    this.waiting += 1;
    this.worker.ref();
    try {
      for (;;) {
        if (this.failure !== undefined) throw this.failure;
        if (this.job !== job.job)
          throw loaderError('was asked for another epoch before this one was read');
        if (Atomics.load(this.ring.control, control.written + slot) === ticket) return;
        await new Promise<void>((resolve) => {
          this.awake = resolve;
        });
      }
    } finally {
      this.waiting -= 1;
      if (this.waiting === 0) this.worker.unref();
    }
  }

  private copyOut(slot: number): void {
    const from = slotOf(this.ring, slot);
    this.out.images.set(from.images);
    this.out.strong.set(from.strong);
    this.out.labels.set(from.labels);
    this.out.indices.set(from.indices);
  }

  private fail(what: string, cause?: unknown): void {
    const reason = cause === undefined ? '' : ` (${(cause as Error).message})`;
    this.failure ??= loaderError(`${what}${reason}`, cause);
    this.awake();
  }
}

function sized(out: BatchTarget, size: number, batchSize: number): Batch {
  const values = out.images.length / batchSize;
  return {
    images: out.images.subarray(0, size * values),
    labels: out.labels.subarray(0, size),
    indices: out.indices.subarray(0, size),
    ...(out.strong.length > 0 && { strong: out.strong.subarray(0, size * values) }),
    size,
  };
}

function loaderError(what: string, cause?: unknown): InfrastructureError {
  return new InfrastructureError('LOADER', `The data loader's thread ${what}.`, { cause });
}

function checkOptions(
  { pictures, batchSize, augmentation }: LoaderOptions,
  prefetch: number,
): void {
  const positive = { batchSize, prefetch, 'pictures.count': pictures.count };
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
