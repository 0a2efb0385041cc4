import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { shapeError } from './native.ts';

/** PyTorch's default. */
const epsilon = 1e-5;

/**
 * Group normalization (Wu & He 2018, arXiv:1803.08494): every picture's channels in equal groups,
 * each with the mean and the variance of its own values. The same in training and afterwards.
 *
 * @param x [B, H, W, C]
 * @param scale, offset [C]
 * @throws EngineError `ENGINE_SHAPE` where the channels cannot be parted
 */
export function groupNorm(
  x: Tensor4D,
  groups: number,
  scale: Tensor1D,
  offset: Tensor1D,
): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (channels % groups !== 0) {
    throw shapeError('group norm', `${channels} channels cannot be parted into ${groups} groups.`);
  }
  const parts = x.reshape([batch, height * width, groups, channels / groups]);
  const centred = tf.sub(parts, tf.mean(parts, [1, 3], true));
  const variance = tf.mean(tf.square(centred), [1, 3], true);
  const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))).reshape(x.shape);
  return tf.add(tf.mul(normal, scale), offset) as Tensor4D;
}
