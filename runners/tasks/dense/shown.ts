import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { byteStatistics } from '../../data/dense/normalise.ts';
import type { Normalisation } from '../../data/types.ts';
import { tf } from '../../engine/tensorflow.ts';

/**
 * Normalises the bytes of pictures within a step: `(byte - mean) / std` on the scale of bytes, and
 * 0 beside the pictures, as the official preprocessor pads them.
 *
 * @param bytes [B, H, W, 3] in the network's order of channels
 * @param shapes [B, 2] height and width of each picture, 0 where a slot has none
 */
export function normalisedPictures(
  bytes: Tensor4D,
  shapes: Tensor2D,
  normalisation: Pick<Normalisation, 'mean' | 'std'>,
): Tensor4D {
  const { centres, spreads } = byteStatistics(normalisation);
  const values = tf.div(tf.sub(bytes, tf.tensor1d(centres)), tf.tensor1d(spreads));
  // The sum with 0 makes 0 of -0.
  return tf.add(tf.mul(values, within(shapes, bytes)), 0) as Tensor4D;
}

/** [B, H, W, 1] 1 within the pictures, 0 beside them. */
function within(shapes: Tensor2D, { shape: [count, height, width] }: Tensor4D): Tensor {
  const [heights, widths] = tf.split(shapes, 2, 1).map((side) => side.reshape([count, 1, 1, 1]));
  const rows = tf.range(0, height, 1, 'float32').reshape([1, height, 1, 1]);
  const columns = tf.range(0, width, 1, 'float32').reshape([1, 1, width, 1]);
  const inside = (places: Tensor, end: Tensor | undefined) =>
    tf.cast(tf.less(places, end as Tensor), 'float32');
  return tf.mul(inside(rows, heights), inside(columns, widths));
}
