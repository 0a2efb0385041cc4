import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { takeFromEach, topEntries } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import { clipTo, decodeBoxes } from '../../geometry/box-ops.ts';
import type { DeltaCoder } from '../../geometry/delta-coder.ts';
import type { RoiTestConfig } from './decode.ts';
import { keptRows, pick } from './kept-rows.ts';
import type { Proposals } from './proposals.ts';

/** Detections of a batch in a fixed shape, best first. */
export interface BatchDetections {
  /** [B, D, 4] in pixels of the batch; 0 in empty places. */
  readonly boxes: Tensor3D;
  /** [B, D] */
  readonly scores: Tensor2D;
  /** [B, D] class, in float32. */
  readonly labels: Tensor2D;
  /** [B, D] 1 for detections, 0 for empty places. */
  readonly valid: Tensor2D;
}

/**
 * Detections of a second stage inside the step, for heads that look at the regions found: as
 * `decodeRois`, whose rule this is, but before boxes are taken back to the original picture.
 *
 * @param found regions [B, R, 4]
 * @param logits [B, R, K + 1], background last
 * @param deltas [B, R, 4 K], or [B, R, 4] where all classes have one box
 * @param imgShapes [B, 2]
 */
export function bestDetections(
  found: Proposals,
  logits: Tensor3D,
  deltas: Tensor3D,
  imgShapes: Tensor2D,
  coder: DeltaCoder,
  config: RoiTestConfig,
): BatchDetections {
  const [pictures, regions, all] = logits.shape;
  const classes = all - 1;
  const pairs = regions * classes;
  const shares = tf.slice(tf.softmax(logits), [0, 0, 0], [pictures, regions, classes]);
  const counted = found.valid.reshape([pictures, regions, 1]);
  const above = tf.logicalAnd(tf.greater(shares, config.scoreThreshold), tf.greater(counted, 0));
  const scores = tf.where(above, shares, tf.fill(shares.shape, -1)).reshape([pictures, pairs]);
  // The shares of a region sum to 1, so that no more of them can be above the threshold.
  const most = Math.min(pairs, Math.ceil(regions / Math.max(config.scoreThreshold, 1e-3)));
  const top = topEntries(scores as Tensor2D, most);
  const region = tf.floorDiv(top.indices, tf.scalar(classes, 'int32')) as Tensor2D;
  const label = tf.cast(
    tf.sub(top.indices, tf.mul(region, tf.scalar(classes, 'int32'))),
    'float32',
  ) as Tensor2D;
  const agnostic = deltas.shape[2] === 4;
  const rows = deltas.reshape([pictures, agnostic ? regions : pairs, 4]) as Tensor3D;
  const decoded = decodeBoxes(
    takeFromEach(found.boxes, region),
    takeFromEach(rows, agnostic ? region : top.indices),
    coder,
  );
  const boxes = clipTo(decoded, imgShapes);
  const each = Array.from({ length: pictures }, (_, picture) =>
    best(pick(boxes, picture), pick(top.values, picture), pick(label, picture), config),
  );
  const stacked = <T extends Tensor>(key: keyof BatchDetections) =>
    tf.stack(each.map((one) => one[key])) as T;
  return {
    boxes: stacked('boxes'),
    scores: stacked('scores'),
    labels: stacked('labels'),
    valid: stacked('valid'),
  };
}

function best(boxes: Tensor2D, scores: Tensor1D, labels: Tensor1D, config: RoiTestConfig) {
  const step = tf.add(tf.max(boxes), 1);
  const moved = tf.add(boxes, tf.mul(labels, step).reshape([-1, 1]));
  const { valid, taken } = keptRows(moved as Tensor2D, scores, config);
  return {
    boxes: tf.mul(taken(boxes), valid.reshape([-1, 1])),
    scores: tf.mul(taken(scores), valid),
    labels: tf.mul(taken(labels), valid),
    valid,
  };
}
