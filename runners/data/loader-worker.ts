import { parentPort, workerData } from 'node:worker_threads';
import { batchesPerEpoch, epochOrder, fillBatch, normalisationTable } from './batch.ts';
import { control, type LoaderJob, slotOf, type WorkerSetup } from './loader-ring.ts';

/**
 * The loader's thread: fills the ring with the batches of the job it was sent and sleeps while the
 * ring is full. It decides nothing; every byte comes from `fillBatch`.
 */
const { pictures, recipe, ring } = workerData as WorkerSetup;
const table = normalisationTable(recipe.normalisation);

parentPort?.on('message', (job: LoaderJob) => {
  const steps = batchesPerEpoch(pictures.count, recipe);
  const order = epochOrder(pictures.count, job.epoch, recipe.seed);
  for (let step = job.fromStep; step < steps; step += 1) {
    const count = step - job.fromStep;
    if (!waitForSlot(job, count)) return;
    const slot = count % ring.slots;
    fillBatch(pictures, recipe, table, order, job.epoch, step, slotOf(ring, slot));
    Atomics.store(ring.control, control.written + slot, (job.firstTicket + count) | 0);
    parentPort?.postMessage({ job: job.job });
  }
});

/** Sleeps until batch `count` has a free slot; false where the job is not wanted any more. */
function waitForSlot(job: LoaderJob, count: number): boolean {
  for (;;) {
    const wake = Atomics.load(ring.control, control.wake);
    if (Atomics.load(ring.control, control.job) !== job.job) return false;
    if (count - Atomics.load(ring.control, control.taken) < ring.slots) return true;
    Atomics.wait(ring.control, control.wake, wake);
  }
}
