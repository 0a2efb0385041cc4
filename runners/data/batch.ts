import { RandomStream } from '../../common/random.ts';
import type { SquareInputRecipe, StrongViewRecipe } from '../../contract/spec.ts';
import { changed, type PictureChanges } from './augment/changes.ts';
import { mirrored, type Picture } from './augment/picture.ts';
import { randAugment } from './augment/rand-augment.ts';
import type { Normalisation, PictureSet } from './types.ts';

/**
 * What decides the bytes of every batch. `seed` null means: in the set's order and without
 * augmentation.
 */
export interface BatchRecipe {
  readonly batchSize: number;
  readonly dropLast: boolean;
  readonly augmentation: {
    /**
     * Pads with `padding` black pixels on every side, then cuts out the original size at a random
     * place.
     */
    readonly crop: { readonly padding: number } | null;
    /** Mirrors left to right with probability one half. */
    readonly flip: boolean;
    /**
     * A second view of every picture, with a crop and mirror of its own, then this. Absent: one
     * view only.
     */
    readonly strong?: StrongViewRecipe;
  } & PictureChanges;
  /**
   * What is made of pictures of any size before the crop and the mirror; with `seed` null that of
   * evaluations. Absent: they have the size of the input.
   */
  readonly input?: SquareInputRecipe;
  readonly seed: number | null;
  readonly normalisation: Normalisation;
}

/**
 * Where a batch is written; the arrays have room for `batchSize` pictures, `strong` for none where
 * there is no strong view.
 */
export interface BatchTarget<Pixels = Float32Array> {
  readonly images: Pixels;
  readonly strong: Pixels;
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
 * The order of an epoch's pictures: the stream `order/<epoch>`, so that any epoch can be had
 * without those before it.
 */
export function epochOrder(count: number, epoch: number, seed: number | null): Int32Array {
  if (seed === null) return Int32Array.from({ length: count }, (_, index) => index);
  return RandomStream.named(seed, `order/${epoch}`).permutation(count);
}

/**
 * The value of every byte in every channel after `ToTensor` and `Normalize`: `(byte / 255 - mean) /
 * std`, rounded to float32 once. Index: `channel * 256 + byte`.
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
 * Writes batch `step` (from 0) of an epoch: the pure function behind the loader. The place of the
 * crop and the mirror of a picture come from the stream `augment/<epoch>/<position in the epoch>`,
 * those of its strong view and what is done to it from `strong/<epoch>/<position>`, so that every
 * batch can be had alone.
 *
 * As torchvision's RandomCrop and RandomHorizontalFlip on pictures: the padding is black before
 * normalisation.
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
  const { seed, augmentation } = recipe;
  const { crop, flip, strong } = augmentation;
  const still: Cut = { x: 0, y: 0, mirrored: false };
  for (let slot = 0; slot < size; slot += 1) {
    const position = step * recipe.batchSize + slot;
    const index = order[position] as number;
    const moves = seed !== null && (crop !== null || flip);
    const cut = moves
      ? drawCut(RandomStream.named(seed, `augment/${epoch}/${position}`), augmentation)
      : still;
    const picture = pictureAt(pictures, index);
    const shown = cutOut(picture, cut);
    const view =
      seed === null
        ? shown
        : changed(shown, augmentation, { ...recipe, seed }, `${epoch}/${position}`);
    writeNormalised(view, table, target.images, slot);
    if (seed !== null && strong !== undefined) {
      const stream = RandomStream.named(seed, `strong/${epoch}/${position}`);
      const second = cutOut(picture, drawCut(stream, augmentation));
      writeNormalised(randAugment(second, strong, stream), table, target.strong, slot);
    }
    target.labels[slot] = pictures.labels[index] as number;
    target.indices[slot] = index;
  }
  return size;
}

/** A picture of a set in memory; it shares the set's bytes. */
export function pictureAt({ pixels, height, width }: PictureSet, index: number): Picture {
  const bytes = height * width * 3;
  return { pixels: pixels.subarray(index * bytes, (index + 1) * bytes), height, width };
}

/**
 * Which piece of a padded picture a view shows: where it starts relative to the unpadded picture,
 * mirrored or not.
 */
interface Cut {
  readonly x: number;
  readonly y: number;
  readonly mirrored: boolean;
}

export function drawCut(stream: RandomStream, { crop, flip }: BatchRecipe['augmentation']): Cut {
  let [x, y] = [0, 0];
  if (crop !== null) {
    const places = 2 * crop.padding + 1;
    y = stream.below(places) - crop.padding;
    x = stream.below(places) - crop.padding;
  }
  return { x, y, mirrored: flip && stream.below(2) === 1 };
}

/** Crop, then mirror. */
export function cutOut(picture: Picture, cut: Cut): Picture {
  if (cut.x === 0 && cut.y === 0) return cut.mirrored ? mirrored(picture) : picture;
  const { pixels, height, width } = picture;
  const view = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y += 1) {
    const fromY = y + cut.y;
    if (fromY < 0 || fromY >= height) continue;
    for (let x = 0; x < width; x += 1) {
      const fromX = (cut.mirrored ? width - 1 - x : x) + cut.x;
      if (fromX < 0 || fromX >= width) continue;
      const from = (fromY * width + fromX) * 3;
      const to = (y * width + x) * 3;
      view[to] = pixels[from] as number;
      view[to + 1] = pixels[from + 1] as number;
      view[to + 2] = pixels[from + 2] as number;
    }
  }
  return { pixels: view, height, width };
}

/** A picture into its slot of a batch, by `normalisationTable`. */
export function writeNormalised(
  { pixels }: Picture,
  table: Float32Array,
  target: Float32Array,
  slot: number,
): void {
  const start = slot * pixels.length;
  for (let at = 0; at < pixels.length; at += 1) {
    target[start + at] = table[(at % 3) * 256 + (pixels[at] as number)] as number;
  }
}
