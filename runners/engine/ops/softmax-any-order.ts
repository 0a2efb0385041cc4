import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { defineOp } from './native.ts';

/**
 * Softmax along the last axis whose gradient has a gradient of its own. What tf.js's own operations
 * save of their results is on no path of a gradient, so that the second derivative of its softmax
 * lacks a part, without an error; this one saves its input, and computes the shares again.
 */
export function softmaxAnyOrder<T extends Tensor>(x: T): T {
  return softmaxOp({ x }, {})[0] as T;
}

const softmaxOp = defineOp<'x', object>('SoftmaxAnyOrder', {
  forward: ({ x }) => [tf.softmax(x)],
  saveInputs: ['x'],
  saveOutputs: [false],
  gradient: (dy, [x]) => ({
    x: (): Tensor => {
      const shares = softmaxAnyOrder(x as Tensor);
      return tf.mul(shares, tf.sub(dy, tf.sum(tf.mul(dy, shares), -1, true)));
    },
  }),
});
