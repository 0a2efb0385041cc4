import type { Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { detach, takeFromEach, topEntries } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import { clipTo, decodeBoxes } from '../../geometry/box-ops.ts';
import type { Boxes } from '../../geometry/boxes.ts';
import { anchorCoder } from '../../geometry/delta-coder.ts';
import { keptRows, pick } from './kept-rows.ts';
import type { ProposalConfig } from './rpn-proposals.ts';

/** Proposals of a batch in a fixed shape, without gradient. */
export interface Proposals {
  /** [B, P, 4] best first; 0 where there are no more. */
  readonly boxes: Tensor3D;
  /** [B, P] */
  readonly scores: Tensor2D;
  /** [B, P] 1 for proposals, 0 for empty places. */
  readonly valid: Tensor2D;
}

/**
 * Proposals of an RPN inside the step: the best anchors of each level, decoded, clipped, suppressed
 * within their level, and the best over all levels. The rule is `rpnProposals`, with empty places
 * where there are fewer.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/rpn_head.py.
 *
 * @param logits, deltas of each level [B, H, W, A] and [B, H, W, 4 A]
 * @param anchors of all levels one after the other
 * @param imgShapes [B, 2] height and width of each picture
 */
export function proposals(
  { logits, boxes }: { readonly logits: readonly Tensor4D[]; readonly boxes: readonly Tensor4D[] },
  anchors: Boxes,
  imgShapes: Tensor2D,
  config: ProposalConfig,
): Proposals {
  const [pictures] = imgShapes.shape;
  let start = 0;
  const levels = logits.map((map, level) => {
    const count = map.size / pictures;
    const own = tf.tensor2d(anchors.slice(start * 4, (start + count) * 4), [count, 4]);
    start += count;
    const scores = tf.sigmoid(detach(map).reshape([pictures, count])) as Tensor2D;
    const best = topEntries(scores, Math.min(config.nmsPre, count));
    const deltas = detach(boxes[level] as Tensor4D).reshape([pictures, count, 4]) as Tensor3D;
    const grid = tf.tile(own.reshape([1, count, 4]), [pictures, 1, 1]) as Tensor3D;
    return {
      scores: best.values,
      deltas: takeFromEach(deltas, best.indices),
      anchors: takeFromEach(grid, best.indices),
      level: tf.fill(best.values.shape, level),
    };
  });
  const all = (key: 'scores' | 'deltas' | 'anchors' | 'level') =>
    tf.concat(
      levels.map((each) => each[key] as Tensor),
      1,
    );
  const decoded = clipTo(
    decodeBoxes(all('anchors') as Tensor3D, all('deltas') as Tensor3D, anchorCoder),
    imgShapes,
  );
  const [scores, level] = [all('scores') as Tensor2D, all('level') as Tensor2D];
  const found = Array.from({ length: pictures }, (_, picture) =>
    best(pick(decoded, picture), pick(scores, picture), pick(level, picture), config),
  );
  return {
    boxes: tf.stack(found.map((each) => each.boxes)) as Tensor3D,
    scores: tf.stack(found.map((each) => each.scores)) as Tensor2D,
    valid: tf.stack(found.map((each) => each.valid)) as Tensor2D,
  };
}

function best(boxes: Tensor2D, scores: Tensor1D, level: Tensor1D, config: ProposalConfig) {
  const { minBoxSize } = config;
  const [x1, y1, x2, y2] = tf.unstack(boxes, 1) as [Tensor, Tensor, Tensor, Tensor];
  const large = tf.cast(
    tf.logicalAnd(tf.greater(tf.sub(x2, x1), minBoxSize), tf.greater(tf.sub(y2, y1), minBoxSize)),
    'float32',
  );
  // Levels are moved apart, as `batched_nms` moves classes. Boxes without extent take no part:
  // their score is -1.
  const column = (x: Tensor) => x.reshape([-1, 1]);
  const step = tf.add(tf.max(tf.mul(boxes, column(large))), 1);
  const moved = tf.add(boxes, column(tf.mul(level, step))) as Tensor2D;
  const ranked = tf.sub(tf.mul(scores, large), tf.sub(1, large)) as Tensor1D;
  const { valid, taken } = keptRows(moved, ranked, config);
  return {
    boxes: tf.mul(taken(boxes), column(valid)),
    scores: tf.mul(taken(scores), valid),
    valid,
  };
}
