import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import {
  maxPool,
  resizeBilinear,
  takeFromEach,
  takeRows,
  topEntries,
} from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { Forward } from '../../../networks/types.ts';
import type { SoloGrids } from './grids.ts';
import type { SoloHead, SoloMaps } from './head.ts';
import { type MatrixNmsConfig, matrixNms } from './matrix-nms.ts';

/** The test of SOLO's configs. */
export interface SoloTestConfig extends MatrixNmsConfig {
  /** Scores of classes must be greater than this. */
  readonly scoreThreshold: number;
  /** Shares of pixels must be greater than this. */
  readonly maskThreshold: number;
}

/** Config: mmdetection 3.3.0 configs/solo/solo_r50_fpn_1x_coco.py. */
export const soloTest: SoloTestConfig = {
  scoreThreshold: 0.1,
  maskThreshold: 0.5,
  filterThreshold: 0.05,
  kernel: 'gaussian',
  sigma: 2,
  nmsPre: 500,
  maxPerPicture: 100,
};

/** What is found in a batch, in a fixed shape: M places of every picture. */
export interface SoloFound {
  /** [B, M] by falling score; -1 in empty places. */
  readonly scores: Tensor2D;
  /** [B, M] class index, in float32 as the other outputs. */
  readonly labels: Tensor2D;
  /** [B, M, H, W] shares of the masks at a quarter of the picture's size. */
  readonly masks: Tensor4D;
}

/**
 * Finds objects inside the graph: of the cells that are the best of their neighbours the likely
 * pairs of cell and class, their masks on the finest level, matrix NMS among them.
 *
 * Masks are made for the likeliest `2 * nmsPre` pairs: the official code makes those of all above
 * the threshold, and takes the best `nmsPre` after their scores were multiplied by how sure the
 * masks are.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/solo_head.py, `forward` (eval),
 * `_predict_by_feat_single`.
 */
export function soloFound(
  context: Forward,
  head: SoloHead,
  { logits, maskFeatures }: SoloMaps,
  grids: SoloGrids,
  classes: number,
  test: SoloTestConfig,
): SoloFound {
  const [pictures, height, width] = (maskFeatures[0] as Tensor4D).shape;
  const all = tf.concat(
    logits.map((map) => likelyCells(map).reshape([pictures, -1])),
    1,
  ) as Tensor2D;
  const above = tf.where(
    tf.greater(all, test.scoreThreshold),
    all,
    tf.fill(all.shape, -1),
  ) as Tensor2D;
  const best = topEntries(above, Math.min(2 * test.nmsPre, all.shape[1]));
  const cell = tf.floorDiv(best.indices, tf.scalar(classes, 'int32')) as Tensor2D;
  const labels = tf.sub(best.indices, tf.mul(cell, tf.scalar(classes, 'int32'))) as Tensor2D;

  let start = 0;
  let strides: Tensor = tf.zerosLike(best.values);
  const parts = maskFeatures.map((features, level) => {
    const side = grids.cells[level] as number;
    const [from, count] = [start, side * side];
    start += count;
    const local = tf.sub(cell, tf.scalar(from, 'int32'));
    const here = tf.cast(
      tf.logicalAnd(
        tf.greaterEqual(local, tf.scalar(0, 'int32')),
        tf.less(local, tf.scalar(count, 'int32')),
      ),
      'float32',
    ) as Tensor2D;
    strides = tf.add(strides, tf.mul(here, grids.strides[level] as number));
    const inside = tf.minimum(
      tf.maximum(local, tf.scalar(0, 'int32')),
      tf.scalar(count - 1, 'int32'),
    ) as Tensor2D;
    const shares = sharesOf(context, head, features, level, inside, [height, width]);
    return tf.mul(shares, here.reshape([pictures, -1, 1]));
  });
  const shares = tf.addN(parts as Tensor[]) as Tensor3D;
  const masks = tf.cast(tf.greater(shares, test.maskThreshold), 'float32') as Tensor3D;
  const area = tf.sum(masks, 2) as Tensor2D;
  const sureness = tf.div(tf.sum(tf.mul(shares, masks), 2), tf.maximum(area, 1));
  const counts = tf.logicalAnd(tf.greaterEqual(best.values, 0), tf.greater(area, strides));
  const scores = tf.where(
    counts,
    tf.mul(best.values, sureness),
    tf.fill(area.shape, -1),
  ) as Tensor2D;
  const kept = matrixNms(masks, labels, scores, test);
  const taken = takeFromEach(shares, kept.indices);
  return {
    scores: kept.scores,
    labels: tf.cast(takeFromEach(labels, kept.indices), 'float32'),
    masks: taken.reshape([pictures, -1, height, width]) as Tensor4D,
  };
}

/**
 * Scores [B, S, S, K] of the cells that are at least as likely as the one above, the one on the
 * left and the one between; 0 of others.
 */
export function likelyCells(logits: Tensor4D): Tensor4D {
  const scores = tf.sigmoid(logits);
  const [pictures, height, width, classes] = scores.shape;
  const most = tf.slice(
    maxPool(scores, 2, { stride: 1, padding: 1 }),
    [0, 0, 0, 0],
    [pictures, height, width, classes],
  );
  return tf.mul(scores, tf.cast(tf.equal(most, scores), 'float32')) as Tensor4D;
}

/** Shares [B, P, H W] of the masks of cells [B, P] of a level, brought to one size. */
function sharesOf(
  context: Forward,
  head: SoloHead,
  features: Tensor4D,
  level: number,
  cells: Tensor2D,
  [height, width]: readonly [number, number],
): Tensor3D {
  const [pictures, rows, columns, channels] = features.shape;
  const count = cells.shape[1];
  const { weight, bias } = head.kernels(context, level);
  const flat = cells.flatten();
  const kernels = takeRows(weight, flat).reshape([pictures, count, channels]) as Tensor3D;
  const biases = takeRows(bias.reshape([-1, 1]) as Tensor2D, flat).reshape([pictures, 1, count]);
  const points = features.reshape([pictures, rows * columns, channels]) as Tensor3D;
  const logits = tf.add(tf.matMul(points, kernels, false, true), biases);
  const shares = tf.sigmoid(logits).reshape([pictures, rows, columns, count]) as Tensor4D;
  const large = resizeBilinear(shares, [height, width]);
  return tf.transpose(large.reshape([pictures, height * width, count]), [0, 2, 1]) as Tensor3D;
}
