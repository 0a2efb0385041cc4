import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { defineRowOp } from './row-op.ts';

/**
 * Logarithms of probabilities as `log(softmax(z))` has them in PyTorch: -infinity where the
 * probability underflows, with a gradient that is infinite or NaN there. TensorFlow flushes numbers
 * below 1.2e-38 to 0 where PyTorch still has 1.4e-45, so the logarithm is taken stably and cut off
 * where PyTorch's would be.
 */
export function underflowing(logarithm: Tensor2D): Tensor2D {
  return cutOffOp({ logarithm }, {}) as Tensor2D;
}

/** Logarithm of half the least positive float32: what is less rounds to 0. */
const leastLogarithm = -150 * Math.LN2;

const cutOffOp = defineRowOp<'logarithm', object>('CutOffLogarithm', {
  saves: [],
  results: 2,
  forward: ({ logarithm }) => {
    const kept = tf.cast(tf.greaterEqual(logarithm, leastLogarithm), 'float32');
    return [tf.div(logarithm, kept), kept];
  },
  // As d log(p) = dp / p has it: infinite or NaN where p is 0.
  gradient: (dy, saved) => ({ logarithm: () => tf.div(dy, saved[1] as Tensor) }),
});
