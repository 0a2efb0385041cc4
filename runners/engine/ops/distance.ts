import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { defineOp } from './native.ts';

const l1Op = defineOp<'x' | 'target', object>('AbsoluteError', {
  forward({ x, target }) {
    const difference = tf.sub(x, target);
    return [tf.abs(difference), tf.sign(difference)];
  },
  saveInputs: [],
  saveOutputs: [false, true],
  gradient: (dy, [sign]) => ({ x: () => tf.mul(sign as Tensor, dy) }),
});

/**
 * |x - target|, element by element, with the gradient 0 where they are equal (as PyTorch's). None
 * to the target.
 */
export function absoluteError<T extends Tensor>(x: T, target: T): T {
  return l1Op({ x, target }, {})[0] as T;
}

const smoothOp = defineOp<'x' | 'target', { readonly beta: number }>('SmoothAbsoluteError', {
  forward({ x, target }, { beta }) {
    const difference = tf.sub(x, target);
    const size = tf.abs(difference);
    // The part below beta counts squared, the rest linearly: h^2 / (2 beta) + (|d| - h).
    const bent = tf.minimum(size, beta);
    const loss = tf.add(tf.mul(tf.square(bent), 0.5 / beta), tf.sub(size, bent));
    return [loss, tf.clipByValue(tf.div(difference, beta), -1, 1)];
  },
  saveInputs: [],
  saveOutputs: [false, true],
  gradient: (dy, [slope]) => ({ x: () => tf.mul(slope as Tensor, dy) }),
});

/**
 * Smooth L1 (Girshick 2015, arXiv:1504.08083, eq. 3, with a threshold): d^2 / (2 beta) below beta,
 * |d| - beta / 2 above. Element by element; no gradient to the target.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/losses/smooth_l1_loss.py.
 */
export function smoothAbsoluteError<T extends Tensor>(x: T, target: T, beta: number): T {
  return smoothOp({ x, target }, { beta })[0] as T;
}
