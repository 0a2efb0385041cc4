import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../common/random.ts';
import type { ErasingRecipe, Recipe } from '../../contract/spec.ts';
import { drawErased } from '../data/augment/erase.ts';
import { drawMix, type Mix, type Size } from '../data/augment/mix.ts';
import { chooseEach, statelessNormal } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import type { ArrayMap, TensorMap, TensorSpec } from '../engine/types.ts';

/*
 * Changes of whole batches, which the step makes: mixing before normalisation, erasing after it, as
 * timm 0.6.5 has them (timm/data/mixup.py `FastCollateMixup`, timm/data/loader.py
 * `PrefetchLoader`). What is random is drawn on the host and is an input of the step.
 */

/** What a batch's pictures go through. */
export interface PixelChanges {
  readonly mix?: Mix;
  readonly erased?: Erased;
}

export interface Erased {
  /** [B, 4] rows [top, bottom) and columns [left, right) of each picture; empty: nothing. */
  readonly boxes: Int32Array;
  /** [2] of the noise. */
  readonly seed: Int32Array;
}

/** The rectangles of a batch and the seed of their noise, both from one stream. */
function drawErasing(
  recipe: ErasingRecipe,
  count: number,
  size: Size,
  stream: RandomStream,
): Erased {
  const boxes = drawErased(recipe, count, size, stream);
  return { boxes, seed: Int32Array.of(stream.uint32(), stream.uint32()) };
}

/**
 * What a step of `count` pictures of a size goes through by a recipe.
 *
 * @param stream the stream of the step for each kind of change
 */
export function drawChanges(
  { mix, erasing }: Recipe['augmentation'],
  count: number,
  size: Size,
  stream: (kind: 'mix' | 'erase') => RandomStream,
): PixelChanges {
  return {
    ...(mix !== undefined && { mix: drawMix(mix, size, stream('mix')) }),
    ...(erasing !== undefined && { erased: drawErasing(erasing, count, size, stream('erase')) }),
  };
}

const inputs = {
  shares: 'mix/shares',
  box: 'mix/box',
  boxes: 'erase/boxes',
  seed: 'erase/seed',
} as const;

/** The inputs that a recipe's changes need in steps of `count` pictures. */
export function pixelSpecs(
  { mix, erasing }: Recipe['augmentation'],
  count: number,
): Record<string, TensorSpec> {
  return {
    ...(mix !== undefined && {
      [inputs.shares]: { shape: [2], dtype: 'float32' },
      [inputs.box]: { shape: [4], dtype: 'int32' },
    }),
    ...(erasing !== undefined && {
      [inputs.boxes]: { shape: [count, 4], dtype: 'int32' },
      [inputs.seed]: { shape: [2], dtype: 'int32' },
    }),
  };
}

/** The same as arrays. */
export function pixelArrays({ mix, erased }: PixelChanges): ArrayMap {
  const blends = mix?.box === null ? mix.share : 1;
  return {
    ...(mix !== undefined && {
      [inputs.shares]: Float32Array.of(blends, 1 - blends),
      [inputs.box]: Int32Array.from(mix.box ?? [0, 0, 0, 0]),
    }),
    ...(erased !== undefined && {
      [inputs.boxes]: erased.boxes,
      [inputs.seed]: erased.seed,
    }),
  };
}

/**
 * Pictures [B, H, W, 3] mixed with those of the reversed batch, where the step has the inputs for
 * it.
 *
 * @param rounds whether they are bytes: timm rounds them, halves to the even one
 */
export function mixed(images: Tensor4D, given: TensorMap, rounds: boolean): Tensor4D {
  const shares = given[inputs.shares] as Tensor1D | undefined;
  if (shares === undefined) return images;
  const [own, rest] = tf.split(shares, 2) as [Tensor1D, Tensor1D];
  const other = tf.reverse(images, 0);
  const sum = tf.add<Tensor4D>(tf.mul(images, own), tf.mul(other, rest));
  const blended = rounds ? tf.round(sum) : sum;
  const box = (given[inputs.box] as Tensor1D).reshape<Tensor2D>([1, 4]);
  return chooseEach(within(box, images), other, blended);
}

/** Normalised pictures [B, H, W, 3] with rectangles of normal noise. */
export function erased(images: Tensor4D, given: TensorMap): Tensor4D {
  const boxes = given[inputs.boxes] as Tensor2D | undefined;
  if (boxes === undefined) return images;
  const noise = statelessNormal(images.shape, given[inputs.seed] as Tensor1D) as Tensor4D;
  return chooseEach(within(boxes, images), noise, images);
}

/** Whether a pixel is in its picture's box [B or 1, 4]: bool [B or 1, H, W, 1]. */
function within(boxes: Tensor2D, { shape: [, height, width] }: Tensor4D): Tensor {
  const count = boxes.shape[0];
  const [top, bottom, left, right] = tf
    .split(boxes, 4, 1)
    .map((edge) => edge.reshape([count, 1, 1, 1])) as [Tensor, Tensor, Tensor, Tensor];
  const rows = tf.range(0, height, 1, 'int32').reshape([1, height, 1, 1]);
  const columns = tf.range(0, width, 1, 'int32').reshape([1, 1, width, 1]);
  const between = (places: Tensor, from: Tensor, to: Tensor) =>
    tf.logicalAnd(tf.greaterEqual(places, from), tf.less(places, to));
  return tf.logicalAnd(between(rows, top, bottom), between(columns, left, right));
}
