import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { defineOp } from './native.ts';

/** Distribution function of the standard normal distribution, element by element. */
const normalShare = (x: Tensor): Tensor =>
  tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5);

const geluOp = defineOp<'x', Record<never, never>>('Gelu', {
  forward: ({ x }) => {
    const share = normalShare(x);
    return [tf.mul(x, share), share];
  },
  saveInputs: ['x'],
  saveOutputs: [false, true],
  gradient: (dy, [x, share]) => ({
    x: () => {
      const input = x as Tensor;
      const density = tf.mul(tf.exp(tf.mul(tf.square(input), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return tf.mul(dy, tf.add(share as Tensor, tf.mul(input, density)));
    },
  }),
});

/**
 * Gaussian error linear unit (Hendrycks & Gimpel 2016, arXiv:1606.08415), x times the standard
 * normal distribution function: the exact one (erf), PyTorch's default. Any shape.
 */
export function gelu<T extends Tensor>(x: T): T {
  return geluOp({ x }, {})[0] as T;
}
