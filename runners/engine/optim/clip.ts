import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';

/** L2 norm of all gradients together. */
export function globalNorm(gradients: readonly Tensor[]): Scalar {
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
