import { parentPort, workerData } from 'node:worker_threads';
import {
  type BatchTarget,
  batchesPerEpoch,
  epochOrder,
  fillBatch,
  normalisationTable,
} from './batch.ts';
import { control, type LoaderJob, slotOf, type WorkerSetup, writtenWord } from './loader-ring.ts';
import { readerOf } from './reader.ts';
import { isStreamed } from './types.ts';
import { fillViews } from './views/batch.ts';

/**
 * A thread of the loader: fills its share of the ring with the batches of the job it was sent and
 * sleeps while the ring is full. It decides nothing; every byte comes from `fillBatch` and
 * `fillViews`.
 */
const { pictures, recipe, ring, share } = workerData as WorkerSetup;
const table = normalisationTable(recipe.normalisation);
const reader = readerOf(pictures);
let done: Promise<void> = Promise.resolve();

parentPort?.on('message', (job: LoaderJob) => {
  // One after the other: a job that is not wanted any more may still be at a picture.
  done = done.then(() => run(job));
  // A failure must end the thread, which tells the reader.
  done.catch((error: unknown) => {
    setImmediate(() => {
      throw error;
    });
  });
});

async function run(job: LoaderJob): Promise<void> {
  const steps = batchesPerEpoch(reader.count, recipe);
  const order = epochOrder(reader.count, job.epoch, recipe.seed);
  for (let step = job.fromStep; step < steps; step += 1) {
    const count = step - job.fromStep;
    if (!waitForSlot(job, count)) return;
    const slot = count % ring.slots;
    await fill(job, order, step, slotOf(ring, slot));
    if (!isWanted(job)) return;
    const ticket = (job.firstTicket + count) | 0;
    Atomics.store(ring.control, writtenWord(ring, slot, share.first), ticket);
    parentPort?.postMessage({ job: job.job });
  }
}

async function fill(
  job: LoaderJob,
  order: Int32Array,
  step: number,
  target: BatchTarget<Float32Array | Uint8Array>,
): Promise<void> {
  if (target.images instanceof Uint8Array) {
    const bytes = target as BatchTarget<Uint8Array>;
    const at = { epoch: job.epoch, step };
    return fillViews(reader, recipe, order, at, bytes, share, () => isWanted(job));
  }
  if (isStreamed(pictures)) throw new TypeError('Pictures in files come as bytes.');
  fillBatch(pictures, recipe, table, order, job.epoch, step, target as BatchTarget);
}

const isWanted = ({ job }: LoaderJob) => Atomics.load(ring.control, control.job) === job;

/** Sleeps until batch `count` has a free slot; false where the job is not wanted any more. */
function waitForSlot(job: LoaderJob, count: number): boolean {
  for (;;) {
    const wake = Atomics.load(ring.control, control.wake);
    if (!isWanted(job)) return false;
    if (count - Atomics.load(ring.control, control.taken) < ring.slots) return true;
    Atomics.wait(ring.control, control.wake, wake);
  }
}
