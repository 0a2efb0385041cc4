import { RandomStream } from '../../common/random.ts';
import type { Normalisation, PictureSet } from './types.ts';

/** What decides the bytes of every batch. `seed` null means: in the set's order and without augmentation. */
export interface BatchRecipe {
  readonly batchSize: number;
  readonly dropLast: boolean;
  readonly augmentation: {
    /** Pads with `padding` black pixels on every side, then cuts out the original size at a random place. */
    readonly crop: { readonly padding: number } | null;
    /** Mirrors left to right with probability one half. */
    readonly flip: boolean;
  };
  readonly seed: number | null;
  readonly normalisation: Normalisation;
}

/** Where a batch is written; the arrays have room for `batchSize` pictures. */
export interface BatchTarget {
  readonly images: Float32Array;
  readonly labels: Int32Array;
  readonly indices: Int32Array;
}

/** Batches of an epoch. */
export function batchesPerEpoch(count: number, recipe: BatchRecipe): number {
  const whole = Math.floor(count / recipe.batchSize);
  return recipe.dropLast || count % recipe.batchSize === 0 ? whole : whole + 1;
}

/** Pictures of batch `step` (from 0) of an epoch. */
export function batchSizeAt(step: number, count: number, recipe: BatchRecipe): number {
  return Math.min(recipe.batchSize, count - step * recipe.batchSize);
}

/**
 * The order of an epoch's pictures: the stream `order/<epoch>`, so that any epoch can be had without those before it.
 */
export function epochOrder(count: number, epoch: number, seed: number | null): Int32Array {
  if (seed === null) return Int32Array.from({ length: count }, (_, index) => index);
  return RandomStream.named(seed, `order/${epoch}`).permutation(count);
}

/**
 * The value of every byte in every channel after `ToTensor` and `Normalize`: `(byte / 255 - mean) / std`, rounded to
 * float32 once. Index: `channel * 256 + byte`.
 */
export function normalisationTable({ mean, std }: Normalisation): Float32Array {
  const table = new Float32Array(3 * 256);
  for (let channel = 0; channel < 3; channel += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const centre = mean[channel] as number;
      table[channel * 256 + byte] = (byte / 255 - centre) / (std[channel] as number);
    }
  }
  return table;
}

/**
 * Writes batch `step` (from 0) of an epoch: the pure function behind the loader. The place of the crop and the mirror
 * of a picture come from the stream `augment/<epoch>/<position in the epoch>`, so that every batch can be had alone.
 *
 * As torchvision's RandomCrop and RandomHorizontalFlip on pictures: the padding is black before normalisation.
 *
 * @returns the pictures written
 */
export function fillBatch(
  pictures: PictureSet,
  recipe: BatchRecipe,
  table: Float32Array,
  order: Int32Array,
  epoch: number,
  step: number,
  target: BatchTarget,
): number {
  const size = batchSizeAt(step, pictures.count, recipe);
  const { crop, flip } = recipe.augmentation;
  for (let slot = 0; slot < size; slot += 1) {
    const position = step * recipe.batchSize + slot;
    const index = order[position] as number;
    let shift = { x: 0, y: 0 };
    let mirrored = false;
    if (recipe.seed !== null && (crop !== null || flip)) {
      const stream = RandomStream.named(recipe.seed, `augment/${epoch}/${position}`);
      if (crop !== null) {
        const places = 2 * crop.padding + 1;
        const y = stream.below(places) - crop.padding;
        shift = { y, x: stream.below(places) - crop.padding };
      }
      mirrored = flip && stream.below(2) === 1;
    }
    writePicture(pictures, index, shift, mirrored, table, target.images, slot);
    target.labels[slot] = pictures.labels[index] as number;
    target.indices[slot] = index;
  }
  return size;
}

/** Crop, then mirror, then normalise. `shift` is where the cut starts relative to the unpadded picture. */
function writePicture(
  { pixels, height, width }: PictureSet,
  index: number,
  shift: { readonly x: number; readonly y: number },
  mirrored: boolean,
  table: Float32Array,
  target: Float32Array,
  slot: number,
): void {
  const source = index * height * width * 3;
  let to = slot * height * width * 3;
  for (let y = 0; y < height; y += 1) {
    const fromY = y + shift.y;
    const rowInside = fromY >= 0 && fromY < height;
    for (let x = 0; x < width; x += 1) {
      const fromX = (mirrored ? width - 1 - x : x) + shift.x;
      const inside = rowInside && fromX >= 0 && fromX < width;
      const from = source + (fromY * width + fromX) * 3;
      for (let channel = 0; channel < 3; channel += 1) {
        const byte = inside ? (pixels[from + channel] as number) : 0;
        target[to] = table[channel * 256 + byte] as number;
        to += 1;
      }
    }
  }
}
