import type { MetricValue } from '../../contract/journal-types.ts';
import type { SquareInputRecipe } from '../../contract/spec.ts';
import { createLoader, type Loader } from '../data/loader.ts';
import { loaderThreads } from '../data/loader-threads.ts';
import type { ClassificationData, Normalisation } from '../data/types.ts';
import type { ClassificationProgram } from './program.ts';

/** Pictures of one evaluation step. */
const evaluationBatch = 250;

/**
 * Sizes of the evaluation's steps over the test set: of all but the last, and of a smaller last one
 * or 0.
 */
export function evaluationSizes({ test }: ClassificationData): { full: number; tail: number } {
  const full = Math.min(evaluationBatch, test.count);
  return { full, tail: test.count % full };
}

/** The test set in order, without augmentation. */
export function createTestLoader(
  data: ClassificationData,
  normalisation: Normalisation = data.normalisation,
  input?: SquareInputRecipe,
): Loader {
  return createLoader({
    pictures: data.test,
    normalisation,
    batchSize: evaluationSizes(data).full,
    dropLast: false,
    augmentation: { crop: null, flip: false },
    seed: null,
    ...(input !== undefined && { input }),
    threads: loaderThreads(),
  });
}

/**
 * Top-1 and top-5 accuracy in percent and mean cross-entropy on the test set of each of the
 * program's students.
 */
export async function evaluateOnTest(
  program: ClassificationProgram,
  loader: Loader,
  { test }: ClassificationData,
): Promise<readonly (readonly MetricValue[])[]> {
  const sums: { top1: number; top5: number; loss: number }[] = [];
  for await (const batch of loader.epoch(1)) {
    program.evaluate({ images: batch.images, labels: batch.labels }).forEach((report, student) => {
      const sum = sums[student] ?? { top1: 0, top5: 0, loss: 0 };
      sum.top1 += report.top1;
      sum.top5 += report.top5;
      sum.loss += report.loss;
      sums[student] = sum;
    });
  }
  return sums.map(({ top1, top5, loss }) => [
    metric('top1', 'test', (100 * top1) / test.count),
    metric('top5', 'test', (100 * top5) / test.count),
    metric('loss', 'test', loss / test.count),
  ]);
}

export function metric(name: string, split: string, value: number): MetricValue {
  return { task: 'classification', name, split, value };
}
