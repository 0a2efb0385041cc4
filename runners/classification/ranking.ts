import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { tf } from '../engine/tensorflow.ts';

/**
 * For every row of `logits` [B, classes] the number of other classes that are not below the label's
 * logit, [B] float32: a GPU adds no int32, TensorFlow would copy them to the processor.
 *
 * A label is among the top k when its rank is below k. Ties count against it and so does NaN (it is
 * below nothing): a network that answers the same for everything, or nothing at all, must not
 * score.
 */
export function labelRanks(logits: Tensor2D, labels: Tensor1D): Tensor1D {
  const classes = logits.shape[1];
  const own = tf.sum(tf.mul(logits, tf.oneHot(labels, classes, 1, 0, 'float32')), 1, true);
  const notBelow = tf.logicalNot(tf.less(logits, own));
  return tf.sub(tf.sum(tf.cast(notBelow, 'float32'), 1), 1);
}

/** Number of rows whose label is among the `k` largest logits, float32 scalar. */
export function topCount(ranks: Tensor1D, k: number): Scalar {
  return tf.sum(tf.cast(tf.less(ranks, k), 'float32'));
}
