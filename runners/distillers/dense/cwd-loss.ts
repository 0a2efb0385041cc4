import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { divergence } from '../divergence.ts';
import { underflowing } from '../log-softmax.ts';
import { channelRows } from './channel-divergence.ts';

export const cwdNorms = ['channel', 'spatial', 'none', 'channel_mean'] as const;
export const cwdDivergences = ['kl', 'mse'] as const;

export interface CwdOptions {
  readonly norm: (typeof cwdNorms)[number];
  readonly divergence: (typeof cwdDivergences)[number];
  readonly temperature: number;
  /** Takes logarithms of probabilities as the official code does: NaN once one underflows. */
  readonly official: boolean;
}

/**
 * TorchDistiller's CriterionCWD per picture, [B]; its mean over the batch is the official loss.
 *
 * `channel` and `channel_mean` divide by the number of channels, the others by the number of
 * positions. `kl` of `channel_mean` and `none` takes logarithms of the maps themselves, which must
 * be positive. `none` looks at the first picture only and `mse` ignores the temperature, as the
 * official code does.
 *
 * @param student [B, H, W, C]
 * @param teacher the same shape
 */
export function cwdPerPicture(student: Tensor4D, teacher: Tensor4D, options: CwdOptions): Tensor1D {
  const [batch, height, width, channels] = student.shape;
  const temperature = options.divergence === 'mse' ? 1 : options.temperature;
  const divisor =
    options.norm === 'channel' || options.norm === 'channel_mean' ? channels : height * width;
  const [own, other] = [student, teacher].map((map) => rowsOf(map, options.norm, temperature)) as [
    Tensor2D,
    Tensor2D,
  ];
  const elements =
    options.norm === 'channel' || options.norm === 'spatial'
      ? ofDistributions(own, other, options)
      : ofValues(own, other, options);
  const sums = tf.sum(tf.reshape(elements, [batch, -1]), 1) as Tensor1D;
  const counted = options.norm === 'none' ? tf.mul<Tensor1D>(sums, onlyFirst(batch)) : sums;
  return tf.mul(counted, temperature ** 2 / divisor);
}

/** What is normalised together, as rows. */
function rowsOf(map: Tensor4D, norm: CwdOptions['norm'], temperature: number): Tensor2D {
  const [batch, height, width, channels] = map.shape;
  switch (norm) {
    case 'channel':
      return channelRows(map, temperature);
    case 'spatial':
      return tf.div(tf.reshape(map, [batch * height * width, channels]), temperature);
    case 'channel_mean':
      return tf.div(tf.mean(tf.reshape(map, [batch, height * width, channels]), 1), temperature);
    case 'none':
      // The official code leaves the maps as they are, the temperature included.
      return tf.reshape(map, [batch, height * width * channels]);
  }
}

/** [batch] 1, 0, 0 ... */
function onlyFirst(batch: number): Tensor1D {
  return tf.tensor1d(Array.from({ length: batch }, (_, index) => (index === 0 ? 1 : 0)));
}

function ofDistributions(student: Tensor2D, teacher: Tensor2D, options: CwdOptions): Tensor {
  if (options.divergence === 'mse') {
    return tf.squaredDifference(tf.softmax(student), tf.softmax(teacher));
  }
  if (!options.official) return divergence(student, teacher);
  const share = tf.softmax(teacher);
  return tf.sub(entropyTerms(share), tf.mul(share, underflowing(tf.logSoftmax(student))));
}

function ofValues(student: Tensor2D, teacher: Tensor2D, options: CwdOptions): Tensor {
  if (options.divergence === 'mse') return tf.squaredDifference(student, teacher);
  return tf.sub(entropyTerms(teacher), tf.mul(teacher, tf.log(student)));
}

/** p log p, 0 where p is 0: the teacher's part of PyTorch's `kl_div`. */
function entropyTerms(shares: Tensor): Tensor {
  return tf.where(tf.equal(shares, 0), tf.zerosLike(shares), tf.mul(shares, tf.log(shares)));
}
