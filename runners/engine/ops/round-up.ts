import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';

/**
 * A quotient x rounded up to a whole number. On a GPU Grappler turns divisions by a number into
 * products with its reciprocal, 84 / 28 into 3.0000002: an x that is above a whole number by no
 * more than 2^-20 of itself counts as that number. Any shape, not negative, without gradient.
 */
export function roundUp(x: Tensor): Tensor {
  return tf.ceil(tf.mul(x, 1 - 2 ** -20));
}
