import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tensorflow.ts';

/**
 * What sums are divided by in mmdetection: `weight_reduce_loss` adds float32's epsilon, and so does
 * this.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/losses/utils.py.
 */
export function divisor(count: Tensor): Scalar {
  return tf.add(count.reshape([]), 2 ** -23) as Scalar;
}
