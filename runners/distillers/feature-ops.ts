import type { Scalar, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { adaptiveAvgPool } from '../engine/ops/index.ts';
import { defineRowOp } from './row-op.ts';

/**
 * PyTorch's `F.normalize`: rows [R, D] divided by max(length, 1e-12). The length of a zero row has
 * gradient 0.
 */
export function normalizeRows(rows: Tensor2D): Tensor2D {
  return normalizeOp({ rows }, {}) as Tensor2D;
}

const normalizeEpsilon = 1e-12;

const normalizeOp = defineRowOp<'rows', object>('Normalize', {
  saves: [],
  results: 2,
  forward: ({ rows }) => {
    const length = tf.sqrt(tf.sum(tf.square(rows), 1, true));
    return [tf.div(rows, tf.maximum(length, normalizeEpsilon)), length];
  },
  gradient: (dy, saved) => ({
    rows: () => {
      const [unit, length] = saved as [Tensor, Tensor];
      const moves = tf.cast(tf.greater(length, normalizeEpsilon), 'float32');
      const along = tf.mul(tf.sum(tf.mul(dy, unit), 1, true), moves);
      return tf.div(tf.sub(dy, tf.mul(unit, along)), tf.maximum(length, normalizeEpsilon));
    },
  }),
});

/**
 * Lengths of rows: [R, D] -> [R, 1]. The gradient of a zero row is 0, as that of PyTorch's `norm`,
 * and not 0/0.
 */
export function rowLengths(rows: Tensor2D): Tensor2D {
  return lengthsOp({ rows }, {}) as Tensor2D;
}

const lengthsOp = defineRowOp<'rows', object>('Lengths', {
  saves: ['rows'],
  results: 1,
  forward: ({ rows }) => [tf.sqrt(tf.sum(tf.square(rows), 1, true))],
  gradient: (dy, saved) => ({
    rows: () => {
      const [rows, length] = saved as [Tensor, Tensor];
      return tf.mul(tf.div(rows, tf.maximum(length, 1.2e-38)), dy);
    },
  }),
});

/** Mean of squared differences: PyTorch's `mse_loss`. Any shape. */
export function meanSquare(a: Tensor, b: Tensor): Scalar {
  return tf.mean(tf.square(tf.sub(a, b)));
}

/** |x| with gradient sign(x), 0 at 0. Any shape. */
export function absolute<T extends Tensor>(values: T): T {
  return absoluteOp({ values }, {}) as T;
}

const absoluteOp = defineRowOp<'values', object>('Absolute', {
  saves: ['values'],
  results: 1,
  forward: ({ values }) => [tf.abs(values)],
  gradient: (dy, saved) => ({ values: () => tf.mul(dy, tf.sign(saved[0] as Tensor)) }),
});

/** Mean of PyTorch's `smooth_l1_loss` (beta 1): d^2 / 2 where |d| < 1, |d| - 1/2 elsewhere. */
export function smoothL1(a: Tensor, b: Tensor): Scalar {
  return tf.mean(smoothOp({ difference: tf.sub(a, b) }, {}));
}

const smoothOp = defineRowOp<'difference', object>('SmoothL1', {
  saves: ['difference'],
  results: 1,
  forward: ({ difference }) => {
    const distance = tf.abs(difference);
    const near = tf.minimum(distance, 1);
    return [tf.mul(near, tf.sub(distance, tf.mul(near, 0.5)))];
  },
  gradient: (dy, saved) => ({
    difference: () => tf.mul(dy, tf.clipByValue(saved[0] as Tensor, -1, 1)),
  }),
});

/** [B, ...] -> [B, values]. mdistiller flattens NCHW; row-wise sums do not depend on the order. */
export function flatten(map: Tensor): Tensor2D {
  return tf.reshape(map, [map.shape[0] as number, -1]);
}

/** The larger of two maps average-pooled to the height of the smaller, square as in mdistiller. */
export function sameSize(student: Tensor4D, teacher: Tensor4D): [Tensor4D, Tensor4D] {
  const [s, t] = [student.shape[1], teacher.shape[1]];
  if (s > t) return [adaptiveAvgPool(student, t), teacher];
  if (s < t) return [student, adaptiveAvgPool(teacher, s)];
  return [student, teacher];
}

/** Sum of losses in order. */
export function sumOf(losses: readonly Scalar[]): Scalar {
  return losses.reduce((sum, loss) => tf.add(sum, loss));
}
