import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { takeFromEach, topEntries } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';

/** How scores fall by the overlap with better masks. */
export interface MatrixNmsConfig {
  readonly kernel: 'gaussian' | 'linear';
  /** Of the gaussian kernel. */
  readonly sigma: number;
  /** Masks that go on, by their scores before. */
  readonly nmsPre: number;
  /** Scores afterwards must be at least this. */
  readonly filterThreshold: number;
  readonly maxPerPicture: number;
}

/** Masks of each picture by falling score, in a fixed shape. */
export interface KeptMasks {
  /** [B, M]; -1 in empty places. */
  readonly scores: Tensor2D;
  /** [B, M] int32 places in what was given. */
  readonly indices: Tensor2D;
}

/**
 * Matrix NMS (Wang et al. 2020, arXiv:2003.10152, section 3.2 and eq. 5): every mask's score falls
 * by its overlap with better masks of its class, less where those overlap better ones themselves.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/layers/matrix_nms.py.
 *
 * @param masks [B, N, positions] 0 or 1
 * @param labels [B, N] int32
 * @param scores [B, N]; negative ones take no part
 */
export function matrixNms(
  masks: Tensor3D,
  labels: Tensor2D,
  scores: Tensor2D,
  { kernel, sigma, nmsPre, filterThreshold, maxPerPicture }: MatrixNmsConfig,
): KeptMasks {
  const [pictures, all] = scores.shape;
  const count = Math.min(nmsPre, all);
  const best = topEntries(scores, count);
  const taken = takeFromEach(masks, best.indices);
  const classes = takeFromEach(labels, best.indices);
  const areas = tf.sum(taken, 2);
  const inner = tf.matMul(taken, taken, false, true);
  const column = (x: Tensor) => x.reshape([pictures, count, 1]);
  const row = (x: Tensor) => x.reshape([pictures, 1, count]);
  const union = tf.sub(tf.add(column(areas), row(areas)), inner);
  const upper = tf.tensor2d(
    Float32Array.from({ length: count * count }, (_, at) =>
      Math.floor(at / count) < at % count ? 1 : 0,
    ),
    [count, count],
  );
  const same = tf.cast(tf.equal(column(classes), row(classes)), 'float32');
  // Masks without area take no part; they must not make what is not a number.
  const overlap = tf.mul(tf.mul(tf.div(inner, tf.maximum(union, 1)), same), upper);
  const own = column(tf.max(overlap, 1));
  const decay =
    kernel === 'gaussian'
      ? tf.exp(tf.mul(tf.sub(tf.square(own), tf.square(overlap)), sigma))
      : tf.div(tf.sub(1, overlap), tf.sub(1, own));
  const fallen = tf.mul(best.values, tf.min(decay, 1));
  const counts = tf.logicalAnd(
    tf.greaterEqual(best.values, 0),
    tf.greaterEqual(fallen, filterThreshold),
  );
  const left = tf.where(counts, fallen, tf.fill(fallen.shape, -1)) as Tensor2D;
  const kept = topEntries(left, Math.min(maxPerPicture, count));
  return { scores: kept.values, indices: takeFromEach(best.indices, kept.indices) };
}
