import { UsageError } from '../../common/errors.ts';
import type { Recipe } from '../../contract/spec.ts';

/** A source of the batches of whole passes over the training pictures; both loaders are one. */
export interface PassReader<B> {
  readonly batchesPerEpoch: number;
  epoch(pass: number, fromStep?: number): AsyncIterable<B>;
}

/**
 * Steps of one epoch of the training loop: those of a pass over the pictures or, of a recipe with
 * `iterations`, those of the stretch between two evaluations.
 *
 * @param batchesPerPass steps of a pass over the training pictures
 * @throws UsageError `RECIPE_BATCH` where a pass has none: a stretch would look for its first batch
 *   for ever
 */
export function stepsOfEpoch(
  { iterations, epochs }: Pick<Recipe, 'iterations' | 'epochs'>,
  batchesPerPass: number,
): number {
  if (batchesPerPass < 1) {
    throw new UsageError('RECIPE_BATCH', 'No batch is full: there are too few training pictures.', {
      hint: 'Take a smaller batchSize, or keep incomplete batches with dropLast: false.',
    });
  }
  return iterations === undefined ? batchesPerPass : iterations / epochs;
}

/**
 * The batches of one epoch of the training loop from a step on. A stretch that is no whole pass
 * begins in the pass in which the one before ended, and goes on into the next ones: `iterations`
 * count on through passes, as mmengine's IterBasedTrainLoop does.
 *
 * @param epoch counted from 1
 * @param fromStep counted from 0
 * @param steps of every epoch
 */
export async function* batchesOfEpoch<B>(
  reader: PassReader<B>,
  epoch: number,
  fromStep: number,
  steps: number,
): AsyncGenerator<B, void, undefined> {
  const perPass = reader.batchesPerEpoch;
  let step = (epoch - 1) * steps + fromStep;
  const end = epoch * steps;
  while (step < end) {
    for await (const batch of reader.epoch(Math.floor(step / perPass) + 1, step % perPass)) {
      yield batch;
      step += 1;
      if (step === end) return;
    }
  }
}
