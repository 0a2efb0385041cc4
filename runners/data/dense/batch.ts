import { RandomStream } from '../../../common/random.ts';
import { mirrored } from '../augment/picture.ts';
import { bitmapOf } from '../coco/rle.ts';
import { readLabelMap, readPicture } from './check-split.ts';
import { type DenseRecipe, type PlannedBatch, padDivisor } from './epoch-plan.ts';
import {
  flipBoxes,
  keepRatioSize,
  padSize,
  resizeBoxes,
  type Scale,
  type Size,
  scaleFactor,
} from './geometry.ts';
import { placeInto } from './normalise.ts';
import { objectsAt } from './objects.ts';
import { distorted } from './photometric.ts';
import { type Raster, resizeNearest, withResized } from './resize.ts';
import { type DensePicture, type DenseSplit, ignoreLabel, type MaskTable } from './types.ts';

/** One picture of a batch and what is true of it, in pixels of the batch. */
export interface BatchPicture {
  readonly id: number;
  /** Position in the split. */
  readonly index: number;
  /** Size as annotated, size after resizing, and that padded to a multiple of 32. */
  readonly oriShape: Size;
  readonly imgShape: Size;
  readonly padShape: Size;
  /** Factors by which width and height were resized. */
  readonly scaleFactor: readonly [width: number, height: number];
  readonly flipped: boolean;
  /**
   * [N, 4] x1, y1, x2, y2; empty for sets without objects, and where pictures are cropped (for
   * segmentation).
   */
  readonly boxes: Float32Array;
  readonly labels: Int32Array;
  /** [M, 4] crowds. */
  readonly ignored: Float32Array;
  /** [N] masks of `imgShape`, one byte per pixel; null where the loader was not given masks. */
  readonly masks: readonly Uint8Array[] | null;
}

/** Values that a target maker adds to a batch. */
export type Targets = Readonly<Record<string, Float32Array | Int32Array | number>>;

/** A batch as it comes out of the loader. */
export interface DenseBatch {
  /** From 0, within the epoch. */
  readonly step: number;
  readonly height: number;
  readonly width: number;
  /** Pictures in it. The arrays have room for `batchSize`: a recorded step has one shape. */
  readonly size: number;
  /**
   * [batchSize, height, width, 3] bytes in the network's order of channels, which the step
   * normalises. What is beside the pictures (`imgShape`) does not count.
   */
  readonly images: Uint8Array;
  /**
   * [batchSize, height, width] class per pixel, `ignoreLabel` in the padding; null for sets without
   * label maps.
   */
  readonly labelMaps: Uint8Array | null;
  readonly pictures: readonly BatchPicture[];
  /** Null where the loader was given no target maker. */
  readonly targets: Targets | null;
}

/**
 * How one picture is changed; follows from seed, epoch and index alone, so that every batch can be
 * had alone.
 */
interface Change {
  readonly size: Size;
  readonly flipped: boolean;
  readonly stream: RandomStream | null;
}

/**
 * Makes one batch: decodes, resizes, crops, mirrors and pads, with boxes, masks and label maps
 * alongside. The function behind the loader; apart from reading files it is pure.
 *
 * As mmdetection's and mmsegmentation's pipelines: Resize, (RandomCrop,) RandomFlip,
 * (PhotoMetricDistortion,) then the data preprocessor.
 */
export async function assembleBatch(
  split: DenseSplit,
  masks: MaskTable | null,
  recipe: DenseRecipe,
  epoch: number,
  step: number,
  { bucket, indices }: PlannedBatch,
): Promise<DenseBatch> {
  const [height, width] = recipe.crop !== null && recipe.seed !== null ? recipe.crop.size : bucket;
  const area = height * width;
  const images = new Uint8Array(recipe.batchSize * area * 3);
  const { order = 'rgb' } = recipe.normalisation;
  const labelMaps =
    split.labelMaps === null ? null : new Uint8Array(recipe.batchSize * area).fill(ignoreLabel);
  const pictures = await Promise.all(
    indices.map(async (index, slot) => {
      const stated = split.pictures[index] as DensePicture;
      const change = changeOf(recipe, stated, epoch, index);
      const [rows, columns] = change.size;
      const [picture, map] = await Promise.all([
        readPicture(split, index),
        readLabelMap(split, index),
      ]);
      const crops = recipe.crop !== null && change.stream !== null;
      let labels = map === null ? null : resizeNearest(map, rows, columns);
      const target = images.subarray(slot * area * 3, (slot + 1) * area * 3);
      const flips = change.flipped && !crops;
      const shape = withResized(picture, rows, columns, flips, (resized): Size => {
        let shown = resized;
        if (crops) {
          [shown, labels] = cropped(shown, labels, recipe.crop, change.stream);
          if (change.flipped) shown = mirrored(shown);
        }
        if (recipe.distortion != null && recipe.seed !== null) {
          const colours = RandomStream.named(recipe.seed, `augment/${epoch}/${index}/colours`);
          shown = distorted(shown, recipe.distortion, colours);
        }
        placeInto(shown, order, target, width);
        return [shown.height, shown.width];
      });
      if (labels !== null && labelMaps !== null) {
        copyLabels(
          labels,
          change.flipped,
          labelMaps.subarray(slot * area, (slot + 1) * area),
          width,
        );
      }
      const objects = crops ? null : split.objects;
      return describe({ ...split, objects }, masks, index, change, shape);
    }),
  );
  return { step, height, width, size: indices.length, images, labelMaps, pictures, targets: null };
}

function changeOf(
  recipe: DenseRecipe,
  { height, width }: DensePicture,
  epoch: number,
  index: number,
): Change {
  const own: Size = [height, width];
  const [first] = recipe.scales as readonly [Scale];
  if (recipe.seed === null)
    return { size: keepRatioSize(own, first), flipped: false, stream: null };
  const stream = RandomStream.named(recipe.seed, `augment/${epoch}/${index}`);
  const drawn = recipe.scales[stream.below(recipe.scales.length)] as Scale;
  const flipped = recipe.flip && stream.below(2) === 1;
  let scale = drawn;
  if (recipe.crop !== null) {
    const [least, most] = recipe.crop.ratio;
    const ratio = least + (most - least) * stream.uniform();
    scale = [Math.trunc(drawn[0] * ratio), Math.trunc(drawn[1] * ratio)];
  }
  return { size: keepRatioSize(own, scale), flipped, stream };
}

/** Tries of a crop without a class that fills too much of it. */
const cropTries = 10;

/** Cuts a piece of at most the crop's size out of a picture and its label map at a random place. */
function cropped(
  picture: Raster,
  labels: Raster | null,
  { size, largestShare }: NonNullable<DenseRecipe['crop']>,
  stream: RandomStream,
): [Raster, Raster | null] {
  const height = Math.min(size[0], picture.height);
  const width = Math.min(size[1], picture.width);
  const place = () => ({
    top: stream.below(picture.height - height + 1),
    left: stream.below(picture.width - width + 1),
  });
  let { top, left } = place();
  if (labels !== null && largestShare < 1) {
    for (let attempt = 0; attempt < cropTries; attempt += 1) {
      if (isVaried(cut(labels, top, left, height, width), largestShare)) break;
      ({ top, left } = place());
    }
  }
  const map = labels === null ? null : cut(labels, top, left, height, width);
  return [cut(picture, top, left, height, width), map];
}

function cut(source: Raster, top: number, left: number, height: number, width: number): Raster {
  const { channels } = source;
  const pixels = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y += 1) {
    const from = ((top + y) * source.width + left) * channels;
    pixels.set(source.pixels.subarray(from, from + width * channels), y * width * channels);
  }
  return { pixels, height, width, channels };
}

/** Whether there are two classes and none has more than its share of the pixels that count. */
function isVaried({ pixels }: Raster, largestShare: number): boolean {
  const counts = new Uint32Array(256);
  for (const label of pixels) counts[label] = (counts[label] as number) + 1;
  counts[ignoreLabel] = 0;
  const whole = counts.reduce((sum, count) => sum + count, 0);
  const largest = counts.reduce((most, count) => Math.max(most, count), 0);
  return largest < whole && largest / whole < largestShare;
}

function copyLabels(map: Raster, isMirrored: boolean, target: Uint8Array, width: number): void {
  for (let y = 0; y < map.height; y += 1) {
    for (let x = 0; x < map.width; x += 1) {
      const from = isMirrored ? map.width - 1 - x : x;
      target[y * width + x] = map.pixels[y * map.width + from] as number;
    }
  }
}

function describe(
  { pictures, objects }: DenseSplit,
  masks: MaskTable | null,
  index: number,
  { size, flipped }: Change,
  imgShape: Size,
): BatchPicture {
  const { id, height, width } = pictures[index] as DensePicture;
  const factors = scaleFactor([height, width], size);
  const found = objects === null ? null : objectsAt(objects, index);
  const moved = (boxes: Float32Array) => {
    const resized = resizeBoxes(boxes, factors, size);
    return flipped ? flipBoxes(resized, size[1]) : resized;
  };
  const none = new Float32Array(0);
  return {
    id,
    index,
    oriShape: [height, width],
    imgShape,
    padShape: padSize(imgShape, padDivisor),
    scaleFactor: factors,
    flipped,
    boxes: moved(found?.boxes ?? none),
    labels: found?.labels ?? new Int32Array(0),
    ignored: moved(found?.ignored ?? none),
    masks:
      masks === null || found === null
        ? null
        : found.rows.map((row) => maskAt(masks, row, [height, width], size, flipped)),
  };
}

function maskAt(
  { starts, counts }: MaskTable,
  object: number,
  [height, width]: Size,
  size: Size,
  flipped: boolean,
): Uint8Array {
  const runs = counts.slice(starts[object], starts[object + 1]);
  const pixels = bitmapOf({ height, width, counts: runs });
  const mask = resizeNearest({ pixels, height, width, channels: 1 }, ...size);
  if (!flipped) return mask.pixels;
  return mask.pixels.map((_, at) => {
    const x = at % mask.width;
    return mask.pixels[at - x + mask.width - 1 - x] as number;
  });
}
