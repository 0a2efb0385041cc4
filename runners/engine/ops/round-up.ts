import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';

/**
 * The whole number above x, of a quotient that may itself be one. On a GPU Grappler turns divisions
 * by a number into products with its reciprocal, 84 / 28 into 3.0000002: what is above a whole
 * number by 2^-20 of itself counts as that number. Any shape, not negative, without gradient.
 */
export function roundUp(x: Tensor): Tensor {
  return tf.ceil(tf.mul(x, 1 - 2 ** -20));
}
