import type { Tensor, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { shapeError } from './native.ts';

/**
 * Multi-head self-attention (Vaswani et al. 2017, arXiv:1706.03762, equation 1):
 * softmax(q k^T / sqrt(d) + bias) v for every head.
 *
 * @param qkv [B, N, 3 * heads * d]: queries, keys and values, head by head in each, as timm's
 *   `qkv` layers give them
 * @param bias added to the scores before the softmax: [1 or W, heads, N, N], where B is a multiple
 *   of W and row b takes bias b modulo W
 * @returns [B, N, heads * d]
 * @throws EngineError `ENGINE_SHAPE` naming the layer where the width is not 3 * heads * d, or the
 *   bias does not fit
 */
export function selfAttention(
  qkv: Tensor3D,
  heads: number,
  bias: Tensor4D | null = null,
): Tensor3D {
  const [batch, count, width] = qkv.shape;
  if (width % (3 * heads) !== 0) {
    throw shapeError(
      'attention',
      `${width} channels cannot be parted into 3 times ${heads} heads.`,
    );
  }
  const size = width / (3 * heads);
  const parts = tf.transpose(
    qkv.reshape<Tensor5D>([batch, count, 3, heads, size]),
    [2, 0, 3, 1, 4],
  );
  const [queries, keys, values] = tf
    .split(parts, 3, 0)
    .map((part) => part.reshape([batch * heads, count, size])) as [Tensor3D, Tensor3D, Tensor3D];
  const scores = tf.matMul<Tensor3D>(tf.mul<Tensor3D>(queries, size ** -0.5), keys, false, true);
  const shares = tf.softmax<Tensor>(biased(scores, heads, bias)).reshape<Tensor3D>(scores.shape);
  const mixed = tf.matMul(shares, values).reshape<Tensor4D>([batch, heads, count, size]);
  return tf.transpose(mixed, [0, 2, 1, 3]).reshape<Tensor3D>([batch, count, heads * size]);
}

/** @param scores [B * heads, N, N] */
function biased(scores: Tensor3D, heads: number, bias: Tensor4D | null): Tensor {
  if (bias === null) return scores;
  const [rows, count] = scores.shape;
  const [windows, ofHeads] = bias.shape;
  const fits = ofHeads === heads && bias.shape[2] === count && bias.shape[3] === count;
  if (!fits || (rows / heads) % windows !== 0) {
    throw shapeError(
      'attention',
      `a bias [${bias.shape}] does not fit ${heads} heads of ${count}.`,
    );
  }
  const perWindow = scores.reshape<Tensor5D>([
    rows / heads / windows,
    windows,
    heads,
    count,
    count,
  ]);
  return tf.add(perWindow, bias);
}
