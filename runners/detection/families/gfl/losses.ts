import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { binaryCrossEntropy, classRows, detach } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { TensorMap } from '../../../engine/types.ts';
import { type BatchPart, wholeBatch } from '../../../tasks/parts/part.ts';
import type { Boxes } from '../../geometry/boxes.ts';
import { boxesAround, centresOf } from '../../parts/distances.ts';
import { divisor } from '../../parts/divisor.ts';
import { giouLoss, overlapOf } from '../../parts/iou-losses.ts';
import type { DetectorOutput } from '../../types.ts';
import { expectedDistances } from './head.ts';

/** Loss of every level; a step minimizes the sum of all. */
export interface GflLosses {
  readonly cls: readonly Scalar[];
  readonly box: readonly Scalar[];
  readonly dfl: readonly Scalar[];
}

/** Weights of the losses (configs/gfl/gfl_r50_fpn_1x_coco.py). */
const weights = { box: 2, dfl: 0.25 };
/** A distance is this much below the last bin at most, so that there is a bin above it. */
const leastRest = 0.1;

/**
 * GFL's losses (Li et al. 2020, arXiv:2006.04388, eqs. 4 to 7): quality focal loss of every anchor,
 * whose target is the overlap of its box with the true one; GIoU and distribution focal loss of
 * positive anchors, weighted by their best score.
 *
 * Official files: mmdetection 3.3.0 mmdet/models/dense_heads/gfl_head.py, `loss_by_feat`;
 * mmdet/models/losses/gfocal_loss.py.
 *
 * @param inputs the tensors of `GflTargets`, anchors of all levels one after the other
 * @param pictures which of the batch they are
 */
export function gflLosses(
  { logits, boxes }: Pick<DetectorOutput, 'logits' | 'boxes'>,
  inputs: TensorMap,
  anchors: Boxes,
  strides: readonly number[],
  classes: number,
  pictures: BatchPart = wholeBatch,
): GflLosses {
  const { labels, labelWeights, boxTargets, normaliser } = inputs as Record<
    'labels' | 'labelWeights' | 'boxTargets' | 'normaliser',
    Tensor
  >;
  let start = 0;
  const levels = logits.map((map, level) => {
    const [pictures] = map.shape;
    const count = map.size / classes / pictures;
    const part = (whole: Tensor, ...rest: number[]) =>
      tf.slice(whole, [0, start, ...rest.map(() => 0)], [pictures, count, ...rest]);
    const stride = strides[level] as number;
    const own = tf.tensor3d(anchors.slice(4 * start, 4 * (start + count)), [1, count, 4]);
    const result = levelLosses({
      logits: map.reshape([pictures * count, classes]) as Tensor2D,
      values: (boxes[level] as Tensor).reshape([pictures, count, -1]) as Tensor3D,
      points: tf.div(centresOf(own), stride) as Tensor3D,
      labels: tf.cast(part(labels).reshape([pictures * count]), 'float32') as Tensor1D,
      labelWeights: part(labelWeights).reshape([pictures * count]) as Tensor1D,
      truth: tf.div(part(boxTargets, 4), stride) as Tensor3D,
    });
    start += count;
    return result;
  });
  const positives = divisor(normaliser);
  const weighed = tf.addN(levels.map(({ score }) => score)) as Scalar;
  const scores = tf.maximum(pictures.total(weighed), 1);
  return {
    cls: levels.map(({ cls }) => tf.div(cls, positives) as Scalar),
    box: levels.map(({ box }) => tf.div(box, scores) as Scalar),
    dfl: levels.map(({ dfl }) => tf.div(dfl, scores) as Scalar),
  };
}

interface Level {
  /** [B N, K] */
  readonly logits: Tensor2D;
  /** [B, N, 4 bins] */
  readonly values: Tensor3D;
  /** [1, N, 2]; these and what follows in units of the stride. */
  readonly points: Tensor3D;
  /** [B N] */
  readonly labels: Tensor1D;
  readonly labelWeights: Tensor1D;
  /** [B, N, 4] */
  readonly truth: Tensor3D;
}

/** Sums over a level's anchors; `score` is what boxes are weighted by. */
function levelLosses({ logits, values, points, labels, labelWeights, truth }: Level) {
  const [rows, classes] = logits.shape;
  const [pictures, , all] = values.shape;
  const bins = all / 4;
  const positive = tf.cast(tf.less(labels, classes), 'float32');
  const everywhere = tf.tile(points, [pictures, 1, 1]) as Tensor3D;
  const predicted = boxesAround(everywhere, expectedDistances(values)).reshape([rows, 4]);
  const wanted = truth.reshape([rows, 4]) as Tensor2D;
  const fixed = detach(logits);
  const weight = tf.mul(tf.max(tf.sigmoid(fixed), 1), positive);

  const overlap = overlapOf(detach(predicted as Tensor2D), wanted);
  const quality = tf.mul(overlap, positive).reshape([rows, 1]);
  // Of background every class has the target 0, for which the loss is the same formula.
  const target = tf.mul(classRows(tf.cast(labels, 'int32'), classes), quality) as Tensor2D;
  const wrong = tf.square(tf.sub(target, tf.sigmoid(logits)));
  const focal = tf.sum(tf.mul(binaryCrossEntropy(logits, target), wrong), 1);

  const giou = giouLoss(predicted as Tensor2D, wanted);
  const distances = distancesTo(everywhere, truth, bins - 1 - leastRest).reshape([-1, 1]);
  const places = tf.tensor2d(
    Float32Array.from({ length: bins }, (_, bin) => bin),
    [1, bins],
  );
  // A distance is parted between the bins on both sides of it, the nearer one taking more.
  const shares = tf.relu(tf.sub(1, tf.abs(tf.sub(distances, places))));
  const surprise = tf.neg(tf.logSoftmax(values.reshape([rows * 4, bins])));
  const spread = tf.sum(tf.mul(shares, surprise).reshape([rows, 4 * bins]), 1);
  const sum = (loss: Tensor, of: number, by: number) =>
    tf.mul(tf.div(tf.sum(tf.mul(loss, weight)), divisor(tf.scalar(of))), by);
  return {
    cls: tf.sum(tf.mul(focal, labelWeights)),
    box: sum(giou, 1, weights.box),
    dfl: sum(spread, 4, weights.dfl),
    score: tf.sum(weight),
  };
}

/** Distances [B, N, 4] from points to the sides of boxes, between 0 and `most`. */
function distancesTo(points: Tensor3D, boxes: Tensor3D, most: number): Tensor {
  const [x, y] = tf.unstack(points, 2) as [Tensor, Tensor];
  const [x1, y1, x2, y2] = tf.unstack(boxes, 2) as [Tensor, Tensor, Tensor, Tensor];
  const sides = tf.stack([tf.sub(x, x1), tf.sub(y, y1), tf.sub(x2, x), tf.sub(y2, y)], 2);
  return tf.clipByValue(sides, 0, most);
}
