import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { suppress, takeRows } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';

/** One picture's part of a tensor. */
export function pick<R extends Tensor>(x: Tensor, picture: number): R {
  const [, ...rest] = x.shape as [number, ...number[]];
  return tf.slice(x, [picture, ...rest.map(() => 0)], [1, ...rest]).reshape(rest) as R;
}

/** What suppression keeps of a picture's rows, in a fixed shape. */
export interface KeptRows {
  /** [maxPerPicture] 1 for rows, 0 for empty places. */
  readonly valid: Tensor1D;
  /** Those rows of [N, ...], best first; the first one's values in empty places. */
  taken(x: Tensor): Tensor;
}

/**
 * Suppresses boxes of one picture.
 *
 * @param boxes [N, 4], those of classes or levels that do not suppress each other moved apart
 * @param scores [N]; -1 takes no part
 */
export function keptRows(
  boxes: Tensor2D,
  scores: Tensor1D,
  {
    maxPerPicture: most,
    iouThreshold,
  }: { readonly maxPerPicture: number; readonly iouThreshold: number },
): KeptRows {
  const { indices, count } = suppress(boxes, scores, { most, iouThreshold, scoreThreshold: -0.5 });
  const places = tf.tensor1d(Float32Array.from({ length: most }, (_, place) => place));
  const valid = tf.cast(tf.less(places, tf.cast(count, 'float32')), 'float32') as Tensor1D;
  return { valid, taken: (x) => takeRows(x, indices) };
}
