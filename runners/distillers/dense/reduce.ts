import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { DenseMethodStep } from './types.ts';

/** Sum of a map over everything but the batch: [B, H, W, C] -> [B]. */
export function perPicture(map: Tensor): Tensor1D {
  return tf.sum(tf.reshape(map, [map.shape[0] as number, -1]), 1);
}

/** Sum of squared differences of two maps per picture, [B]. */
export function squaresPerPicture(a: Tensor, b: Tensor): Tensor1D {
  return perPicture(tf.squaredDifference(a, b));
}

/**
 * The sum of losses per picture [B] over the number of pictures, as official losses divide by N.
 * Slots of the batch without a picture do not count.
 */
export function batchMean(losses: Tensor1D, { present }: Pick<DenseMethodStep, 'present'>): Scalar {
  if (present === null) return tf.div(tf.sum(losses), losses.shape[0]);
  const pictures = tf.maximum(tf.sum(present), 1);
  return tf.div(tf.sum(tf.mul(losses, present)), pictures);
}
