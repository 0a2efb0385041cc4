import type { Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { shapeError } from './native.ts';

/**
 * ShuffleNet's channel shuffle: channels stand as `groups` rows of C / groups and are read column
 * by column, so that each of the next groups sees channels of all. x [B, H, W, C]. (Zhang et al.
 * 2018, arXiv:1707.01083, section 3.1.)
 *
 * @throws EngineError `ENGINE_SHAPE` naming the layer when the groups do not divide the channels
 */
export function channelShuffle(x: Tensor4D, groups: number): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (channels % groups !== 0) {
    throw shapeError(
      'channel shuffle',
      `the input [${x.shape}] has ${channels} channels, which ${groups} groups do not divide.`,
    );
  }
  if (groups === 1) return x;
  const rows = x.reshape([batch * height * width, groups, channels / groups]);
  return tf.transpose(rows, [0, 2, 1]).reshape(x.shape);
}
