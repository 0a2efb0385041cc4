import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { takeFromEach, takeRows, topEntries } from '../../engine/ops/index.ts';
import { tf } from '../../engine/tensorflow.ts';
import { clipTo, decodeBoxes } from '../geometry/box-ops.ts';
import type { Boxes } from '../geometry/boxes.ts';
import { anchorCoder } from '../geometry/delta-coder.ts';

/**
 * Candidates of a batch in a fixed shape: `nmsPre` places per level, or as many as a level has
 * pairs.
 */
export interface DenseCandidates {
  /** [B, P, 4] within the picture; of empty places whatever comes. */
  readonly boxes: Tensor3D;
  /**
   * [B, P] falling within each level, where they are not multiplied by factors; -1 in empty places,
   * which end a level.
   */
  readonly scores: Tensor2D;
  /** [B, P] class index, in float32 as the other outputs. */
  readonly labels: Tensor2D;
}

/**
 * Boxes [B, P, 4] that a level's values stand for.
 *
 * @param anchors [B, P, 4]
 * @param values [B, P, values of an anchor]
 */
export type CandidateBoxes = (anchors: Tensor3D, values: Tensor3D, level: number) => Tensor3D;

export interface CandidateConfig {
  /** Scores must be greater than this. */
  readonly scoreThreshold: number;
  /** Pairs (anchor, class) of each level that go on. */
  readonly nmsPre: number;
}

/**
 * What suppression needs of a one-stage detector's maps, chosen inside the graph: of each level the
 * best pairs of anchor and class above the threshold, decoded and clipped. At 1333 x 800 with 80
 * classes 5,000 places leave the graph in place of 16 million logits.
 *
 * The order among equal scores is that of a stable sort: by anchor (row by row, then the cell's
 * anchors), then by class. The official code calls `torch.sort(descending=True)`, which promises no
 * order among equals; where more pairs tie at the last of the `nmsPre` places than have room, it
 * may take others of them than the first.
 *
 * Official files: mmdetection 3.3.0 mmdet/models/dense_heads/base_dense_head.py,
 * `_predict_by_feat_single`; mmdet/models/utils/misc.py, `filter_scores_and_topk`.
 *
 * @param logits, boxes of each level [B, H, W, A * K] and [B, H, W, A * values]
 * @param factors of each level [B, H, W, A], where the scores of chosen pairs are multiplied by the
 *   logistic function of an anchor's own: it has no say in what is above the threshold
 * @param anchors of all levels one after the other
 * @param imgShapes [B, 2] height and width of each picture
 * @param boxesOf what the values of an anchor mean; default: deltas of its corners
 */
export function denseCandidates(
  {
    logits,
    boxes,
    factors,
  }: {
    readonly logits: readonly Tensor4D[];
    readonly boxes: readonly Tensor4D[];
    readonly factors?: readonly Tensor4D[];
  },
  anchors: Boxes,
  imgShapes: Tensor2D,
  classes: number,
  { scoreThreshold, nmsPre }: CandidateConfig,
  boxesOf: CandidateBoxes = (anchors, deltas) => decodeBoxes(anchors, deltas, anchorCoder),
): DenseCandidates {
  const [pictures] = imgShapes.shape;
  let start = 0;
  const levels = logits.map((map, level) => {
    const pairs = map.size / pictures;
    const count = pairs / classes;
    const own = tf.tensor2d(anchors.slice(start * 4, (start + count) * 4), [count, 4]);
    start += count;
    const all = tf.sigmoid(map.reshape([pictures, pairs]));
    // Not a number is not above the threshold either: it must not come into the comparisons of a
    // sort.
    const above = tf.where(tf.greater(all, scoreThreshold), all, tf.fill(all.shape, -1));
    const best = topEntries(above as Tensor2D, Math.min(nmsPre, pairs));
    const anchor = tf.floorDiv(best.indices, tf.scalar(classes, 'int32')) as Tensor2D;
    const values = (boxes[level] as Tensor4D).reshape([pictures, count, -1]) as Tensor3D;
    const chosen = takeRows(own, anchor.flatten()).reshape([...anchor.shape, 4]) as Tensor3D;
    const factor = factors?.[level]?.reshape([pictures, count]) as Tensor2D | undefined;
    return {
      scores:
        factor === undefined
          ? best.values
          : multiplied(best.values, tf.sigmoid(takeFromEach(factor, anchor))),
      labels: tf.cast(tf.sub(best.indices, tf.mul(anchor, tf.scalar(classes, 'int32'))), 'float32'),
      boxes: boxesOf(chosen, takeFromEach(values, anchor), level),
    };
  });
  const all = <T extends Tensor>(key: keyof (typeof levels)[number]) =>
    tf.concat(
      levels.map((each) => each[key] as Tensor),
      1,
    ) as T;
  return {
    boxes: clipTo(all('boxes'), imgShapes),
    scores: all('scores'),
    labels: all('labels'),
  };
}

/** Scores times factors; empty places stay as they are. */
function multiplied(scores: Tensor2D, factors: Tensor2D): Tensor2D {
  return tf.where(tf.less(scores, 0), scores, tf.mul(scores, factors)) as Tensor2D;
}
