import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { takeFromEach } from '../../engine/ops/index.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { AssignConfig } from './assign.ts';
import { pairOverlaps } from './box-ops.ts';
import type { PaddedTruth } from './padded-truth.ts';

/** What boxes of the step itself should be, in fixed shapes. Without gradients. */
export interface StepTargets {
  /** [B, N] class; the number of classes means background. As all of these in float32. */
  readonly labels: Tensor2D;
  /** [B, N] 1 for positives and background, 0 for what is ignored or does not take part. */
  readonly labelWeights: Tensor2D;
  /** [B, N, 4] the true box of a positive; elsewhere that of another. */
  readonly boxTargets: Tensor3D;
  /** [B, N] 1 for positives. */
  readonly positive: Tensor2D;
}

/**
 * Assigns boxes of the step to true boxes by the rule of `assignMaxIou`, where overlaps depend on
 * what the network says: low-quality matches included, all of equal best overlap taken, no ignored
 * regions.
 *
 * @param boxes [B, N, 4], detached
 * @param valid [B, N] 1 for boxes that take part
 */
export function assignInStep(
  boxes: Tensor3D,
  valid: Tensor2D,
  truth: PaddedTruth,
  classes: number,
  { posIou, negIou, minPosIou }: AssignConfig,
): StepTargets {
  const [pictures, count] = valid.shape;
  const own = truth.valid.shape[1];
  const flag = (condition: Tensor) => tf.cast(condition, 'float32');
  const pair = tf.mul(valid.reshape([pictures, count, 1]), truth.valid.reshape([pictures, 1, own]));
  // Of pairs that there are not the overlap is -1: less than that of any there is.
  const overlaps = tf.sub(tf.mul(pairOverlaps(boxes, truth.boxes), pair), tf.sub(1, pair));
  const most = tf.max(overlaps, 2) as Tensor2D;
  const best = tf.max(overlaps, 1).reshape([pictures, 1, own]);
  const equal = tf.mul(
    flag(tf.logicalAnd(tf.equal(overlaps, best), tf.greaterEqual(best, minPosIou))),
    pair,
  );
  const order = tf.tensor1d(Float32Array.from({ length: own }, (_, box) => box + 1));
  // 1 + the last true box whose best overlap this is; 0 where it is of none.
  const taken = tf.max(tf.mul(equal, order), 2) as Tensor2D;
  const isTaken = flag(tf.greater(taken, 0));
  const near = flag(tf.greaterEqual(most, posIou));
  const positive = tf.mul(tf.maximum(near, isTaken), valid) as Tensor2D;
  const background = tf.mul(tf.sub(flag(tf.less(most, negIou)), isTaken), valid);
  const nearest = tf.cast(tf.argMax(overlaps, 2), 'float32');
  const boxOf = tf.cast(
    tf.where(tf.greater(taken, 0), tf.sub(taken, 1), nearest),
    'int32',
  ) as Tensor2D;
  return {
    labels: labelsOf(truth, boxOf, positive, classes),
    labelWeights: tf.add(positive, tf.relu(background)) as Tensor2D,
    boxTargets: takeFromEach(truth.boxes, boxOf),
    positive,
  };
}

/**
 * The class [B, N] of every positive's true box, `classes` elsewhere. In float32: TensorFlow
 * computes with int32 on the processor, whatever the device.
 *
 * @param boxOf [B, N] int32 place of the true box
 */
export function labelsOf(
  truth: PaddedTruth,
  boxOf: Tensor2D,
  positive: Tensor2D,
  classes: number,
): Tensor2D {
  const known = takeFromEach(tf.cast(truth.labels, 'float32'), boxOf);
  return tf.add(tf.mul(known, positive), tf.mul(tf.sub(1, positive), classes)) as Tensor2D;
}
