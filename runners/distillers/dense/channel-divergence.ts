import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { divergence } from '../divergence.ts';

/**
 * Channel-wise divergence per picture, [B]: every channel's map is a distribution over positions
 * (softmax at a temperature), and the teacher's divergences from the student's are averaged over
 * channels and multiplied by T^2.
 *
 * Shu et al. 2021 (arXiv 2011.13256), equation 3. The logarithm is taken stably; see `cwd.ts` for
 * the official form.
 *
 * @param student [B, H, W, C]
 * @param teacher the same shape
 */
export function channelDivergence(
  student: Tensor4D,
  teacher: Tensor4D,
  temperature: number,
): Tensor1D {
  const [batch, , , channels] = student.shape;
  const rows = divergence(channelRows(student, temperature), channelRows(teacher, temperature));
  const perChannel = tf.reshape(rows, [batch, channels]);
  return tf.mul(tf.sum(perChannel, 1), temperature ** 2 / channels);
}

/** [B, H, W, C] -> [B * C, H * W], divided by the temperature. */
export function channelRows(map: Tensor4D, temperature: number): Tensor2D {
  const [batch, height, width, channels] = map.shape;
  const first = tf.reshape(tf.transpose(map, [0, 3, 1, 2]), [batch * channels, height * width]);
  return temperature === 1 ? (first as Tensor2D) : tf.div(first, temperature);
}
