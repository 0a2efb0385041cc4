import { RedistillError } from '../../../common/errors.ts';
import type { PhotometricRecipe } from '../../../contract/spec.ts';
import { epochOrder } from '../batch.ts';
import type { Normalisation } from '../types.ts';
import { keepRatioSize, padSize, type Scale, type Size } from './geometry.ts';
import type { DensePicture, DenseSplit } from './types.ts';

/** Random crops for the training of segmentation (mmsegmentation's RandomResize and RandomCrop). */
export interface CropRecipe {
  readonly size: Size;
  /** The picture's scale is multiplied by a number drawn from this range before. */
  readonly ratio: readonly [least: number, most: number];
  /**
   * A crop in which one class has a larger share is drawn again, ten times at most; 1 takes any.
   */
  readonly largestShare: number;
}

/**
 * What decides the bytes of every batch. `seed` null means: in the set's order and without
 * augmentation.
 */
export interface DenseRecipe {
  readonly batchSize: number;
  /** Leaves out the batches that are not full: one per bucket at most. */
  readonly dropLast: boolean;
  readonly seed: number | null;
  readonly normalisation: Pick<Normalisation, 'mean' | 'std' | 'order'>;
  /** Bounds of resized pictures; where there are several, each picture draws one. */
  readonly scales: readonly Scale[];
  /** Mirrors left to right with probability one half. */
  readonly flip: boolean;
  /** Changes the colours of what is trained on; null or absent: never. */
  readonly distortion?: PhotometricRecipe | null;
  readonly crop: CropRecipe | null;
  /** Sizes of batches. A picture belongs to the smallest one that holds it at every scale. */
  readonly buckets: readonly Size[];
  /**
   * Leaves out pictures without objects and those with a side below 32 pixels, as detectors are
   * trained.
   */
  readonly withoutEmpty: boolean;
}

/** Multiple to which pictures are padded: the coarsest stride of a backbone. */
export const padDivisor = 32;
/** Shorter pictures are not trained on (`filter_cfg` of mmdetection's coco_detection.py). */
const leastSide = 32;

/** One batch of an epoch: its size, and which pictures are in it. */
export interface PlannedBatch {
  readonly bucket: Size;
  readonly indices: readonly number[];
}

/**
 * Two sizes that hold every picture of a split: one for those at least as wide as high, one for the
 * others (as mmdetection groups by aspect ratio), or one where it holds them all. A step is
 * recorded once for each.
 */
export function shapeBuckets(pictures: readonly DensePicture[], scales: readonly Scale[]): Size[] {
  const groups: [DensePicture[], DensePicture[]] = [[], []];
  for (const picture of pictures) groups[picture.width >= picture.height ? 0 : 1].push(picture);
  const sizes = groups
    .filter((group) => group.length > 0)
    .map((group) => {
      let [height, width] = [0, 0];
      for (const picture of group) {
        const size = largestSize(picture, scales);
        height = Math.max(height, size[0]);
        width = Math.max(width, size[1]);
      }
      return [height, width] as const;
    });
  return sizes.filter(
    ([height, width], at) =>
      !sizes.some(([rows, columns], other) => other < at && rows >= height && columns >= width),
  );
}

/** A picture's padded size at the largest scale. */
function largestSize({ height, width }: DensePicture, scales: readonly Scale[]): Size {
  const sizes = scales.map((scale) => padSize(keepRatioSize([height, width], scale), padDivisor));
  return [
    Math.max(...sizes.map(([rows]) => rows)),
    Math.max(...sizes.map(([, columns]) => columns)),
  ];
}

/**
 * The batches of an epoch. Pictures go through the order `order/<epoch>` into the batch of their
 * bucket that is being filled; what is left at the end makes smaller batches, in the order of the
 * buckets. The number of batches is the same in every epoch.
 *
 * @throws RedistillError `DATA_BUCKET` for a picture that no bucket holds
 */
export function planEpoch(split: DenseSplit, recipe: DenseRecipe, epoch: number): PlannedBatch[] {
  const used = usedPictures(split, recipe);
  const bucketOf = new Map(used.map((index) => [index, bucketFor(split, recipe, index)]));
  const filling = recipe.buckets.map((): number[] => []);
  const batches: PlannedBatch[] = [];
  for (const position of epochOrder(used.length, epoch, recipe.seed)) {
    const index = used[position] as number;
    const bucket = bucketOf.get(index) as number;
    const indices = filling[bucket] as number[];
    indices.push(index);
    if (indices.length < recipe.batchSize) continue;
    batches.push({ bucket: recipe.buckets[bucket] as Size, indices });
    filling[bucket] = [];
  }
  if (!recipe.dropLast) {
    filling.forEach((indices, bucket) => {
      if (indices.length > 0) batches.push({ bucket: recipe.buckets[bucket] as Size, indices });
    });
  }
  return batches;
}

/** Batches of every epoch. */
export function batchCount(split: DenseSplit, recipe: DenseRecipe): number {
  // The order does not matter to their number, but whether pictures are cropped does.
  return planEpoch(split, recipe, 0).length;
}

/** Indices of the pictures that an epoch goes through. */
function usedPictures({ pictures, objects }: DenseSplit, { withoutEmpty }: DenseRecipe): number[] {
  const used: number[] = [];
  pictures.forEach(({ height, width }, index) => {
    if (withoutEmpty) {
      if (Math.min(height, width) < leastSide) return;
      if (objects !== null && !hasObject(objects, index)) return;
    }
    used.push(index);
  });
  return used;
}

function hasObject(objects: NonNullable<DenseSplit['objects']>, index: number): boolean {
  const [start, end] = [objects.starts[index] as number, objects.starts[index + 1] as number];
  return objects.crowd.subarray(start, end).includes(0);
}

function bucketFor({ pictures }: DenseSplit, recipe: DenseRecipe, index: number): number {
  if (recipe.crop !== null && recipe.seed !== null) return 0;
  const picture = pictures[index] as DensePicture;
  const [height, width] = largestSize(picture, recipe.scales);
  let best = -1;
  recipe.buckets.forEach(([rows, columns], bucket) => {
    const held = recipe.buckets[best];
    const smaller = held === undefined || rows * columns < held[0] * held[1];
    if (rows >= height && columns >= width && smaller) best = bucket;
  });
  if (best === -1) {
    throw new RedistillError(
      'DATA_BUCKET',
      `The picture ${picture.name} becomes ${width} x ${height} pixels, which no shape bucket holds (${recipe.buckets.map(([rows, columns]) => `${columns} x ${rows}`).join(', ')}).`,
      { hint: 'Give a larger bucket or a smaller image scale.' },
    );
  }
  return best;
}
