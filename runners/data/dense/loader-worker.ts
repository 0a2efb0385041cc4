import { parentPort, workerData } from 'node:worker_threads';
import { assembleBatch, type DenseBatch } from './batch.ts';
import { planEpoch } from './epoch-plan.ts';
import type { FromLoader, LoaderSetup, ToLoader } from './loader-protocol.ts';
import type { TargetMaker, TargetModuleExports } from './target-maker.ts';

/**
 * A thread of the loader: makes its share of the batches of the job it was sent, as many ahead as
 * it may, and hands their memory over. It decides nothing; every byte comes from `assembleBatch`
 * and the target maker.
 */
const { split, masks, recipe, targets, prefetch, share } = workerData as LoaderSetup;

let current = 0;
let credit = 0;
let wake: () => void = () => {};

parentPort?.on('message', (message: ToLoader) => {
  if (message.kind === 'taken') {
    if (message.job === current) credit += 1;
  } else {
    current = message.job;
    credit = prefetch;
    // A failure must end the thread, which tells the reader.
    run(message.job, message.epoch, message.fromStep).catch((error: unknown) => {
      setImmediate(() => {
        throw error;
      });
    });
  }
  wake();
});

const maker: Promise<TargetMaker | null> =
  targets === null
    ? Promise.resolve(null)
    : // Not followed by the fingerprint: makers name themselves, and the tasks that use them import them.
      import(targets.module).then((module: TargetModuleExports) =>
        module.createTargetMaker(targets.options),
      );

async function run(job: number, epoch: number, fromStep: number): Promise<void> {
  const plan = planEpoch(split, recipe, epoch);
  const make = await maker;
  for (let step = fromStep + share.first; step < plan.length; step += share.every) {
    while (credit === 0 && current === job) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (current !== job) return;
    credit -= 1;
    const planned = plan[step] as (typeof plan)[number];
    const bare = await assembleBatch(split, masks, recipe, epoch, step, planned);
    if (current !== job) return;
    const batch =
      make === null ? bare : { ...bare, targets: make(bare, { epoch, seed: recipe.seed }) };
    const message: FromLoader = { job, batch };
    parentPort?.postMessage(message, memoryOf(batch));
  }
}

/** The large arrays of a batch, which are handed over instead of copied. */
function memoryOf({ images, labelMaps, targets }: DenseBatch): ArrayBuffer[] {
  const arrays = [images, labelMaps, ...Object.values(targets ?? {})];
  const buffers = arrays.flatMap((array) =>
    typeof array === 'object' && array !== null ? [array.buffer as ArrayBuffer] : [],
  );
  return [...new Set(buffers)];
}
