import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { recordsForGpu } from '../target.ts';
import { tf } from '../tensorflow.ts';

/** L2 norm of all gradients together. */
export function globalNorm(gradients: readonly Tensor[]): Scalar {
  if (recordsForGpu()) return tf.sqrt(tf.sum(tf.square(flat(gradients)))) as Scalar;
  return tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient))))) as Scalar;
}

/**
 * Scales all gradients by one factor so that their global norm is at most `largest`, exactly as
 * torch's `clip_grad_norm_`: largest / (norm + 1e-6), and never up.
 */
export function clipByGlobalNorm(
  gradients: Readonly<Record<string, Tensor>>,
  largest: number,
): Record<string, Tensor> {
  const norm = globalNorm(Object.values(gradients));
  const factor = tf.minimum(tf.div(largest, tf.add(norm, 1e-6)), 1);
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)]),
  );
}

/** All values in one row: what is then done with them is one operation, and not one for each. */
export function flat(tensors: readonly Tensor[]): Tensor {
  const rows = tensors.map((tensor) => (tensor.rank === 1 ? tensor : tensor.reshape([-1])));
  return rows.length === 1 ? (rows[0] as Tensor) : tf.concat(rows);
}
