import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { definePlugin } from '../define.ts';
import { defineRowOp } from '../row-op.ts';

/**
 * Logit standardization: a row becomes (z - mean) / (1e-7 + std), for both networks, before the
 * temperature divides it. The base temperature and the loss weight that belong to it are defaults
 * of the methods (`defaultsWith`).
 */
export const lskd = definePlugin({
  id: 'lskd',
  title: 'Logit standardization',
  reference: {
    paper:
      'Sun et al.: Logit Standardization in Knowledge Distillation, CVPR 2024, arXiv 2403.01427',
    equations:
      'Equation 14 and Algorithm 1 (Z-score); the code uses the unbiased deviation and adds 1e-7 to it',
    official:
      'sunshangquan/logit-standardization-KD@f6e5aa5 mdistiller/distillers/KD.py (normalize)',
  },
  options: {},
  rows: (rows) => ({
    ...rows,
    student: standardize(rows.student),
    teacher: standardize(rows.teacher),
  }),
});

/**
 * (z - mean) / (1e-7 + std) over each row of [R, C], with the unbiased standard deviation (n - 1).
 *
 * A constant row gives 0 with a gradient of the order of 1e7, as PyTorch's: its std has gradient 0
 * where the std is 0. The row's maximum is taken off first, so that a constant row is exactly
 * constant after its mean is.
 */
export function standardize(logits: Tensor2D): Tensor2D {
  return standardizeOp({ logits }, {}) as Tensor2D;
}

const epsilon = 1e-7;

const standardizeOp = defineRowOp<'logits', object>('Standardize', {
  saves: [],
  results: 2,
  forward: ({ logits }) => {
    const shifted = tf.sub(logits, tf.max(logits, 1, true));
    const centred = tf.sub(shifted, tf.mean(shifted, 1, true));
    const freedom = (logits.shape[1] as number) - 1;
    const deviation = tf.sqrt(tf.div(tf.sum(tf.square(centred), 1, true), freedom));
    return [tf.div(centred, tf.add(deviation, epsilon)), deviation];
  },
  gradient: (dy, saved) => ({
    logits: () => {
      const [standard, deviation] = saved as [Tensor, Tensor];
      const freedom = (dy.shape[1] as number) - 1;
      const ofMean = tf.div(tf.sub(dy, tf.mean(dy, 1, true)), tf.add(deviation, epsilon));
      // Where the deviation is 0 so is `standard`: the smallest normal number keeps 0 / 0 from
      // being NaN.
      const perDeviation = tf.div(
        tf.sum(tf.mul(dy, standard), 1, true),
        tf.mul(tf.maximum(deviation, 1.2e-38), freedom),
      );
      return tf.sub(ofMean, tf.mul(standard, perDeviation));
    },
  }),
});
