import { UsageError } from '../../common/errors.ts';
import type { Recipe } from '../../contract/spec.ts';
import { type CropRecipe, shapeBuckets } from '../data/dense/epoch-plan.ts';
import type { Scale, Size } from '../data/dense/geometry.ts';
import type { DenseLoaderOptions } from '../data/dense/loader.ts';
import type { DenseData, DenseSplit } from '../data/dense/types.ts';
import { normalisationOf } from '../data/normalisation.ts';
import { largestPicture } from '../tasks/dense/pictures.ts';
import type { SlidingWindows } from './inference.ts';

/** How pictures become the network's input. */
export interface PictureSizes {
  readonly scale: Scale;
  readonly crop: CropRecipe | null;
  /** Size of training pictures. */
  readonly train: Size;
  /** Sizes of the batches of an evaluation. */
  readonly test: readonly Size[];
  readonly windows: SlidingWindows | null;
}

/**
 * The sizes that a recipe makes of a set's pictures: those of `input: {kind: scale-crop}`, or the
 * pictures as they are.
 *
 * @throws UsageError `RECIPE_INPUT` for another kind, and where training pictures have several
 *   sizes and nothing crops them
 */
export function pictureSizes({ input }: Recipe, train: DenseSplit, test: DenseSplit): PictureSizes {
  if (input !== undefined && input.kind !== 'scale-crop') {
    throw new UsageError(
      'RECIPE_INPUT',
      `Segmentation cannot make its pictures by "${input.kind}".`,
      { hint: 'Use input: {kind: scale-crop, long, short, ratio, crop}, or none.' },
    );
  }
  const scale: Scale =
    input === undefined ? largestPicture({ train, test }) : [input.long, input.short];
  const sizes = shapeBuckets(test.pictures, [scale]);
  if (input !== undefined) {
    const { crop: size, ratio, largestShare = 1, slide } = input;
    const windows = slide === undefined ? null : { size, stride: slide };
    return { scale, crop: { size, ratio, largestShare }, train: size, test: sizes, windows };
  }
  const whole = shapeBuckets(train.pictures, [scale]);
  if (whole.length > 1) {
    throw new UsageError(
      'RECIPE_INPUT',
      'The training pictures have several sizes, and a segmentation step takes one.',
      { hint: 'Give the recipe an input: {kind: scale-crop, long, short, ratio, crop}.' },
    );
  }
  return { scale, crop: null, train: whole[0] as Size, test: sizes, windows: null };
}

/**
 * Values of a picture's logits that an evaluation step may hold; a picture of Cityscapes has 40
 * million.
 */
const evaluationRoom = 2 ** 24;
const mostTested = 16;

/** Pictures of one evaluation step. */
export function evaluationBatch({ test }: PictureSizes, classes: number): number {
  const area = Math.max(...test.map(([height, width]) => height * width));
  return Math.max(1, Math.min(mostTested, Math.floor(evaluationRoom / (area * classes))));
}

/**
 * How the training pictures are read, full batches only: official segmentation runs through the set
 * endlessly, and batch norm and the loss, which divides by all pixels, would count empty slots.
 *
 * @throws UsageError `RECIPE_BATCH` where there are fewer pictures than a batch takes
 */
export function trainOptions(
  data: DenseData,
  split: DenseSplit,
  recipe: Recipe,
  { scale, crop, train }: PictureSizes,
  seed: number,
): DenseLoaderOptions {
  const { batchSize, augmentation } = recipe;
  const { flip, distortion } = augmentation;
  if (split.pictures.length < batchSize) {
    throw new UsageError(
      'RECIPE_BATCH',
      `There are ${split.pictures.length} training pictures and a batch takes ${batchSize}.`,
      { hint: 'Take a smaller batchSize: segmentation trains full batches only.' },
    );
  }
  return {
    split,
    seed,
    batchSize,
    dropLast: true,
    flip,
    distortion: distortion ?? null,
    crop,
    scales: [scale],
    buckets: [train],
    normalisation: normalisationOf(recipe, data),
    withoutEmpty: false,
  };
}
