import type { MetricValue } from '../../contract/journal-types.ts';
import type { SquareInputRecipe } from '../../contract/spec.ts';
import { createLoader, type Loader } from '../data/loader.ts';
import { loaderThreads } from '../data/loader-threads.ts';
import type { ClassificationData, Normalisation } from '../data/types.ts';
import type { Network } from '../networks/types.ts';
import type { ClassificationProgram, EvaluationRows } from './program.ts';

/** Pixels of one evaluation step at most: 64 pictures of CIFAR's size, 32 of ImageNet's. */
const mostPixels = 32 * 224 ** 2;
const mostPictures = 64;

/**
 * Pictures of one evaluation step of a network. One size for all steps: the last one is filled up,
 * so that what is said of a picture does not depend on how many there are. Larger batches are no
 * faster on a CPU, whose caches they leave, and take memory.
 */
export function evaluationBatch({
  inputShape: [height, width],
}: Pick<Network, 'inputShape'>): number {
  return Math.max(1, Math.min(mostPictures, Math.floor(mostPixels / (height * width))));
}

/** The test set in order, without augmentation. */
export function createTestLoader(
  data: ClassificationData,
  normalisation: Normalisation,
  batchSize: number,
  input?: SquareInputRecipe,
): Loader {
  return createLoader({
    pictures: data.test,
    normalisation,
    batchSize,
    dropLast: false,
    augmentation: { crop: null, flip: false },
    seed: null,
    ...(input !== undefined && { input }),
    threads: loaderThreads(),
  });
}

/** Sums over the pictures of a test set, of one student. */
interface Sums {
  top1: number;
  top5: number;
  loss: number;
}

/**
 * Top-1 and top-5 accuracy in percent and mean cross-entropy on the test set of each of the
 * program's students, all in one pass over the pictures. Losses are summed picture by picture, in
 * the order of the set.
 *
 * @param batch pictures of each step of the program's evaluation
 */
export async function evaluateOnTest(
  program: ClassificationProgram,
  loader: Loader,
  batch: number,
): Promise<readonly (readonly MetricValue[])[]> {
  const sums: Sums[] = [];
  let count = 0;
  for await (const { images, labels, size } of loader.epoch(1)) {
    const filled = size === batch ? { images, labels } : filledUp(images, labels, batch);
    program.evaluate(filled).forEach((rows, student) => {
      sums[student] ??= { top1: 0, top5: 0, loss: 0 };
      addRows(sums[student], rows, size);
    });
    count += size;
  }
  return sums.map(({ top1, top5, loss }) => [
    metric('top1', 'test', (100 * top1) / count),
    metric('top5', 'test', (100 * top5) / count),
    metric('loss', 'test', loss / count),
  ]);
}

function addRows(sums: Sums, { ranks, losses }: EvaluationRows, size: number): void {
  for (let row = 0; row < size; row += 1) {
    const rank = ranks[row] as number;
    if (rank < 1) sums.top1 += 1;
    if (rank < 5) sums.top5 += 1;
    sums.loss += losses[row] as number;
  }
}

/** A batch of the full size whose rows behind the pictures are copies of the first one. */
function filledUp(
  images: Float32Array | Uint8Array,
  labels: Int32Array,
  batch: number,
): { readonly images: Float32Array | Uint8Array; readonly labels: Int32Array } {
  const size = labels.length;
  const values = images.length / size;
  const all =
    images instanceof Uint8Array
      ? new Uint8Array(batch * values)
      : new Float32Array(batch * values);
  all.set(images);
  for (let row = size; row < batch; row += 1) all.copyWithin(row * values, 0, values);
  const filled = new Int32Array(batch).fill(labels[0] as number);
  filled.set(labels);
  return { images: all, labels: filled };
}

export function metric(name: string, split: string, value: number): MetricValue {
  return { task: 'classification', name, split, value };
}
