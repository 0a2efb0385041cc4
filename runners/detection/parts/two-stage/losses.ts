import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import {
  absoluteError,
  binaryCrossEntropy,
  classRows,
  crossEntropyRows,
} from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { TensorMap } from '../../../engine/types.ts';
import { type BatchPart, wholeBatch } from '../../../tasks/parts/part.ts';
import type { DetectorOutput } from '../../types.ts';
import { divisor } from '../divisor.ts';
import type { LevelLosses } from '../levels.ts';
import type { BoxHeadOutput } from './box-head.ts';
import type { SampledRegions } from './roi-sampling.ts';

/**
 * The RPN's losses per level: binary cross-entropy of the sampled anchors, L1 of the encoded boxes
 * of positive ones, both divided by the number of sampled anchors.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/anchor_head.py.
 *
 * @param inputs the tensors of `RpnTargets`, anchors of all levels one after the other
 */
export function rpnLosses(
  { logits, boxes }: Pick<DetectorOutput, 'logits' | 'boxes'>,
  inputs: TensorMap,
): LevelLosses {
  const { labels, labelWeights, boxTargets, boxWeights, normaliser } = inputs as Record<
    'labels' | 'labelWeights' | 'boxTargets' | 'boxWeights' | 'normaliser',
    Tensor
  >;
  const total = divisor(normaliser);
  const cls: Scalar[] = [];
  const box: Scalar[] = [];
  let start = 0;
  logits.forEach((map, level) => {
    const [pictures] = map.shape;
    const anchors = map.size / pictures;
    const part = (whole: Tensor, ...rest: number[]) =>
      tf.slice(whole, [0, start, ...rest.map(() => 0)], [pictures, anchors, ...rest]);
    const rows = binaryCrossEntropy(map.reshape([pictures, anchors]), part(labels));
    cls.push(tf.div(tf.sum(tf.mul(rows, part(labelWeights))), total));
    const deltas = (boxes[level] as Tensor).reshape([pictures, anchors, 4]);
    const distances = absoluteError(deltas, part(boxTargets, 4));
    const weights = part(boxWeights).reshape([pictures, anchors, 1]);
    box.push(tf.div(tf.sum(tf.mul(distances, weights)), total));
    start += anchors;
  });
  return { cls, box };
}

/**
 * The second stage's losses: cross-entropy of the sampled regions, L1 of the box of a positive's
 * own class, or of the one box of all classes; both divided by the number of sampled regions
 * (positives and negatives).
 *
 * @param distance of the coordinates of boxes
 * @param part the pictures of the batch that the regions are of
 *
 * Official file: mmdetection 3.3.0 mmdet/models/roi_heads/bbox_heads/bbox_head.py, `loss`.
 */
export function boxHeadLosses(
  { logits, deltas }: BoxHeadOutput,
  { labels, boxTargets, positive, sampled }: Omit<SampledRegions, 'boxOf' | 'isTruth'>,
  classes: number,
  distance: (boxes: Tensor, truth: Tensor) => Tensor = absoluteError,
  part: BatchPart = wholeBatch,
): { readonly cls: Scalar; readonly box: Scalar } {
  const flat = (x: Tensor) => x.reshape([-1]) as Tensor1D;
  const count = part.total(tf.sum(sampled));
  const own = tf.cast(flat(labels), 'int32') as Tensor1D;
  const rows = crossEntropyRows(logits, own);
  const weighed = tf.sum(tf.mul(rows, flat(sampled)));
  const cls = tf.div(weighed, divisor(tf.maximum(count, 1))) as Scalar;
  const chosen = deltas.shape[1] === 4 ? deltas : ofOwnClass(deltas, own, classes);
  const distances = distance(chosen, boxTargets.reshape([-1, 4]));
  const weighted = tf.mul(distances, positive.reshape([-1, 1]));
  return { cls, box: tf.div(tf.sum(weighted), divisor(count)) as Scalar };
}

/** The boxes [N, 4] of each row's own class. */
function ofOwnClass(deltas: Tensor2D, labels: Tensor1D, classes: number): Tensor {
  // Background has no class of its own here: its row is 0 everywhere.
  const own = classRows(labels, classes);
  return tf.sum(tf.mul(deltas.reshape([-1, classes, 4]), own.reshape([-1, classes, 1])), 1);
}
