import type { Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { detach } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';

/**
 * How points become a box: `minmax` is the one that holds them all, `partial-minmax` that of the
 * first four; `moment` lies around their mean, as large as their deviation times a learned factor.
 */
export type PointTransform = 'moment' | 'minmax' | 'partial-minmax';

/** How much of the gradient of the learned factors reaches them (`moment_mul`). */
const factorGradient = 0.01;

/**
 * Boxes of points (Yang et al. 2019, arXiv:1904.11490, section 3.2).
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/reppoints_head.py, `points2bbox`.
 *
 * @param points [B, H, W, 2 n], of each point down and then across
 * @param factors [2] logarithms of the factors of width and height; of `moment` alone
 * @returns [B, H W, 4] x1, y1, x2, y2 in the units of the points
 */
export function boxesOfPoints(
  points: Tensor4D,
  transform: PointTransform,
  factors: Tensor1D | null,
): Tensor3D {
  const [pictures, height, width, values] = points.shape;
  const pairs = points.reshape([pictures, height * width, values / 2, 2]);
  const [down, across] = tf.unstack(pairs, 3) as [Tensor3D, Tensor3D];
  if (transform === 'moment') {
    const [wide, high] = tf.unstack(slowed(factors as Tensor1D)) as [Tensor, Tensor];
    const [x, y] = [aroundMean(across, wide), aroundMean(down, high)];
    return tf.stack([x.low, y.low, x.high, y.high], 2) as Tensor3D;
  }
  const [used, vertical] = [across, down].map((each) =>
    transform === 'minmax'
      ? each
      : tf.slice(each, [0, 0, 0], [pictures, height * width, Math.min(4, values / 2)]),
  ) as [Tensor, Tensor];
  return tf.stack(
    [tf.min(used, 2), tf.min(vertical, 2), tf.max(used, 2), tf.max(vertical, 2)],
    2,
  ) as Tensor3D;
}

/** The same values, of whose gradient a part arrives. */
function slowed(factors: Tensor1D): Tensor {
  return tf.add(tf.mul(factors, factorGradient), tf.mul(detach(factors), 1 - factorGradient));
}

/** Both sides of what lies around the mean of [B, P, n], by their deviation over n - 1. */
function aroundMean(places: Tensor3D, logarithm: Tensor): { low: Tensor; high: Tensor } {
  const mean = tf.mean(places, 2);
  const centred = tf.sub(places, mean.reshape([...mean.shape, 1]));
  const variance = tf.div(tf.sum(tf.square(centred), 2), places.shape[2] - 1);
  // Where all points are one, as over padding, the root has no slope, and PyTorch's is 0.
  const apart = tf.greater(detach(variance), 0);
  const root = tf.sqrt(tf.where(apart, variance, tf.onesLike(variance)));
  const deviation = tf.where(apart, root, tf.zerosLike(root));
  const half = tf.mul(deviation, tf.exp(logarithm));
  return { low: tf.sub(mean, half), high: tf.add(mean, half) };
}
