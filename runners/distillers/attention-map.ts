import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { flatten, normalizeRows } from './feature-ops.ts';

/**
 * The attention map of attention transfer: the mean over channels of the activations' p-th power,
 * as a unit vector over positions. [B, H, W, C] -> [B, H * W].
 *
 * Zagoruyko, Komodakis 2017 (arXiv 1612.03928), section 3.1.
 */
export function attentionMap(map: Tensor4D, p: number): Tensor2D {
  return normalizeRows(flatten(tf.mean(power(map, p), 3)));
}

/**
 * Whole powers by multiplication: exact for negative values, and with the gradient of a product.
 */
function power(map: Tensor, p: number): Tensor {
  let result = p === 1 ? map : tf.square(map);
  for (let exponent = 2; exponent < p; exponent += 1) result = tf.mul(result, map);
  return result;
}
