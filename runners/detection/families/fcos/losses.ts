import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { binaryCrossEntropy, sigmoidFocalRows } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { TensorMap } from '../../../engine/types.ts';
import { divisor } from '../../parts/divisor.ts';
import { giouLoss, iouLoss } from '../../parts/iou-losses.ts';
import type { FcosMaps } from './head.ts';

/** The loss of boxes: -log(IoU) as FCOS was published, or 1 - GIoU. */
export type FcosBoxLoss = 'iou' | 'giou';

export interface FcosLosses {
  readonly cls: Scalar;
  readonly box: Scalar;
  readonly centreness: Scalar;
}

/**
 * FCOS's losses (Tian et al. 2019, arXiv:1904.01355, eq. 2, and section 3.3): focal loss of every
 * point; of positive points the loss of their boxes, weighted by the centreness that they should
 * have, and the cross-entropy of centreness.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/fcos_head.py, `loss_by_feat`.
 *
 * @param inputs the tensors of `FcosTargets`, points of all levels one after the other
 */
export function fcosLosses(
  { logits, boxes, centreness }: FcosMaps,
  inputs: TensorMap,
  classes: number,
  boxLoss: FcosBoxLoss,
): FcosLosses {
  const targets = inputs as Record<
    'labels' | 'labelWeights' | 'distances' | 'centreness' | 'normaliser' | 'centrality',
    Tensor
  >;
  const labels = tf.cast(targets.labels.flatten(), 'int32') as Tensor1D;
  const rows = labels.size;
  const weights = targets.labelWeights.reshape([rows]);
  const wanted = targets.centreness.reshape([rows]) as Tensor1D;
  const positive = tf.greater(wanted, 0);
  const focal = sigmoidFocalRows(together(logits, classes), labels);
  // A box says nothing where there is none, and must not become infinite there.
  const ours = tf.where(positive.reshape([rows, 1]), together(boxes, 4), 1) as Tensor2D;
  const [own, truth] = [boxesOf(ours), boxesOf(targets.distances.reshape([rows, 4]) as Tensor2D)];
  const apart = boxLoss === 'iou' ? iouLoss(own, truth, 'log') : giouLoss(own, truth);
  const surprise = binaryCrossEntropy(together(centreness, 1), wanted.reshape([rows, 1]));
  const central = tf.mul(surprise.reshape([rows]), tf.cast(positive, 'float32'));
  const positives = divisor(targets.normaliser);
  return {
    cls: tf.div(tf.sum(tf.mul(focal, weights)), positives),
    box: tf.div(tf.sum(tf.mul(apart, wanted)), divisor(targets.centrality)),
    centreness: tf.div(tf.sum(central), positives),
  };
}

/** Maps of all levels as rows [B N, values], pictures outermost, as targets are. */
function together(maps: readonly Tensor4D[], values: number): Tensor2D {
  const levels = maps.map((map) => map.reshape([map.shape[0], -1, values]));
  return tf.concat(levels, 1).reshape([-1, values]) as Tensor2D;
}

/** Boxes by their distances around the origin: where a point lies makes no difference. */
function boxesOf(distances: Tensor2D): Tensor2D {
  return tf.mul(distances, tf.tensor2d([-1, -1, 1, 1], [1, 4])) as Tensor2D;
}
