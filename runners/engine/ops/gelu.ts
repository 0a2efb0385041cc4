import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { hasKernel } from './kernels.ts';
import { defineOp, executeOne } from './native.ts';

const kernelOp = defineOp<'x', Record<never, never>>('GeluKernel', {
  forward: ({ x }) => [executeOne('RedistillGelu', [], [x])],
  saveInputs: ['x'],
  saveOutputs: [false],
  gradient: (dy, [x]) => ({
    x: () => executeOne('RedistillGeluGradient', [], [dy, x as Tensor]),
  }),
});

const composedOp = defineOp<'x', Record<never, never>>('Gelu', {
  forward: ({ x }) => {
    const scaled = tf.mul(x, Math.SQRT1_2);
    // The distribution function of the standard normal distribution.
    const share = tf.add(tf.mul(tf.erf(scaled), 0.5), 0.5);
    return [tf.mul(x, share), scaled, share];
  },
  saveInputs: [],
  saveOutputs: [false, true, true],
  // The distribution function plus x times the density. The density divides, so that the sign of
  // its exponent needs no pass over the map: where exp overflows, the quotient is 0, as it should.
  gradient: (dy, [scaled, share]) => ({
    x: () => {
      const u = scaled as Tensor;
      const byDensity = tf.mul(tf.div(u, tf.exp(tf.square(u))), 1 / Math.sqrt(Math.PI));
      return tf.mul(dy, tf.add(share as Tensor, byDensity));
    },
  }),
});

/**
 * Gaussian error linear unit (Hendrycks & Gimpel 2016, arXiv:1606.08415), x times the standard
 * normal distribution function: the exact one (erf), PyTorch's default. Any shape.
 */
export function gelu<T extends Tensor>(x: T): T {
  return (hasKernel(x) ? kernelOp : composedOp)({ x }, {})[0] as T;
}
