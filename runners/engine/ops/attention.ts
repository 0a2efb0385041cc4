import type { Tensor, Tensor3D, Tensor4D, Tensor5D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { hasKernel } from './kernels.ts';
import { attribute, defineOp, executeOne, shapeError } from './native.ts';

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
  const [queries, keys, values] = byHead(qkv, 3, heads) as [Tensor3D, Tensor3D, Tensor3D];
  return attend({ queries, keys, values }, heads, bias);
}

/**
 * The same where keys and values are of other tokens than queries.
 *
 * @param queries [B, N, heads * d]
 * @param keysAndValues [B, M, 2 * heads * d]
 * @returns [B, N, heads * d]
 */
export function crossAttention(
  queries: Tensor3D,
  keysAndValues: Tensor3D,
  heads: number,
): Tensor3D {
  const [own] = byHead(queries, 1, heads) as [Tensor3D];
  const [keys, values] = byHead(keysAndValues, 2, heads) as [Tensor3D, Tensor3D];
  return attend({ queries: own, keys, values }, heads, null);
}

/** [B, N, parts * heads * d] as one tensor [B * heads, N, d] per part. */
function byHead(x: Tensor3D, parts: number, heads: number): Tensor3D[] {
  const [batch, count, width] = x.shape;
  if (width % (parts * heads) !== 0) {
    throw shapeError(
      'attention',
      `${width} channels cannot be parted into ${parts} times ${heads} heads.`,
    );
  }
  const size = width / (parts * heads);
  const apart = tf.transpose(
    x.reshape<Tensor5D>([batch, count, parts, heads, size]),
    [2, 0, 3, 1, 4],
  );
  // tf.js has no gradient of a split into one.
  const each = parts === 1 ? [apart] : tf.split(apart, parts, 0);
  return each.map((part) => part.reshape([batch * heads, count, size]));
}

interface Heads {
  /** Each [B * heads, N, d]; of keys and values N may be another. */
  readonly queries: Tensor3D;
  readonly keys: Tensor3D;
  readonly values: Tensor3D;
}

function attend({ queries, keys, values }: Heads, heads: number, bias: Tensor4D | null): Tensor3D {
  const [rows, count, size] = queries.shape;
  const factor = size ** -0.5;
  const fitting = bias === null ? null : checkedBias(bias, queries, heads);
  const mixed = hasKernel(queries, keys, values)
    ? attendByKernel({ queries, keys, values }, factor, fitting)
    : attendComposed({ queries: tf.mul(queries, factor), keys, values }, fitting);
  const apart = mixed.reshape<Tensor4D>([rows / heads, heads, count, size]);
  return tf.transpose(apart, [0, 2, 1, 3]).reshape<Tensor3D>([rows / heads, count, heads * size]);
}

type Operand = 'queries' | 'keys' | 'values';
const operands = ['queries', 'keys', 'values'] as const;

interface Attrs {
  /** What scores are multiplied with. */
  readonly factor: number;
}

const attendByKernel = (given: Heads, factor: number, bias: Tensor4D | null): Tensor => {
  const results =
    bias === null
      ? kernelOp({ ...given }, { factor })
      : biasedKernelOp({ ...given, bias }, { factor });
  return results[0] as Tensor;
};

const attendComposed = (given: Heads, bias: Tensor4D | null): Tensor => {
  const results = bias === null ? attendOp({ ...given }, {}) : biasedOp({ ...given, bias }, {});
  return results[0] as Tensor;
};

const kernelOp = defineOp<Operand, Attrs>('AttendKernel', {
  forward: ({ queries, keys, values }, attrs) => mixedByKernel(queries, keys, values, attrs),
  saveInputs: [...operands],
  saveOutputs: [false, true],
  gradient: (dy, [queries, keys, values, shares], attrs) => {
    const ofScores = scoreSlopes(dy, values as Tensor, shares as Tensor, attrs);
    return productSlopes(dy, ofScores, [queries, keys, shares] as Tensor[]);
  },
});

const biasedKernelOp = defineOp<Operand | 'bias', Attrs>('AttendBiasedKernel', {
  forward: ({ queries, keys, values, bias }, attrs) =>
    mixedByKernel(queries, keys, values, attrs, bias),
  saveInputs: [...operands, 'bias'],
  saveOutputs: [false, true],
  gradient: (dy, [queries, keys, values, bias, shares], attrs) => {
    const ofScores = scoreSlopes(dy, values as Tensor, shares as Tensor, attrs);
    return {
      ...productSlopes(dy, ofScores, [queries, keys, shares] as Tensor[]),
      // The bias is added to scores that are multiplied already.
      bias: () => tf.div(sumPerBias(ofScores, bias as Tensor), attrs.factor),
    };
  },
});

/** The results, and the shares that the gradient needs. */
function mixedByKernel(
  queries: Tensor,
  keys: Tensor,
  values: Tensor,
  { factor }: Attrs,
  bias?: Tensor,
): Tensor[] {
  const scores = tf.matMul(queries, keys, false, true);
  const times = [attribute.float('factor', factor)];
  const shares =
    bias === undefined
      ? executeOne('RedistillSoftmax', times, [scores])
      : executeOne('RedistillBiasedSoftmax', times, [scores, bias]);
  return [tf.matMul(shares, values), shares];
}

/** Gradient of the products of queries and keys. */
function scoreSlopes(dy: Tensor, values: Tensor, shares: Tensor, { factor }: Attrs): Tensor {
  const ofShares = tf.matMul(dy, values, false, true);
  return executeOne(
    'RedistillSoftmaxGradient',
    [attribute.float('factor', factor)],
    [ofShares, shares],
  );
}

function productSlopes(dy: Tensor, ofScores: Tensor, saved: readonly Tensor[]) {
  const [queries, keys, shares] = saved as [Tensor, Tensor, Tensor];
  return {
    queries: () => tf.matMul(ofScores, keys),
    keys: () => tf.matMul(ofScores, queries, true, false),
    values: () => tf.matMul(shares, dy, true, false),
  };
}

/** The sum over all pictures that share a bias, in the shape of the bias. */
function sumPerBias(ofScores: Tensor, bias: Tensor): Tensor {
  const parts = ofScores.reshape(perBias(ofScores.shape, bias.shape));
  return tf.sum(parts, 0).reshape(bias.shape);
}

const attendOp = defineOp<Operand, Record<never, never>>('Attend', {
  forward: ({ queries, keys, values }) => {
    const shares = tf.softmax(tf.matMul(queries, keys, false, true));
    return [tf.matMul(shares, values), shares];
  },
  saveInputs: [...operands],
  saveOutputs: [true, true],
  gradient: (dy, saved) => gradients(dy, saved).ofOperands,
});

const biasedOp = defineOp<Operand | 'bias', Record<never, never>>('AttendBiased', {
  forward: ({ queries, keys, values, bias }) => {
    const scores = tf.matMul(queries, keys, false, true);
    const sum = tf.add(scores.reshape(perBias(scores.shape, bias.shape)), bias);
    const shares = tf.softmax(sum).reshape(scores.shape);
    return [tf.matMul(shares, values), shares];
  },
  saveInputs: [...operands, 'bias'],
  saveOutputs: [true, true],
  gradient: (dy, [queries, keys, values, bias, mixed, shares]) => {
    const saved = [queries, keys, values, mixed, shares] as Tensor[];
    const { ofOperands, ofScores } = gradients(dy, saved);
    return { ...ofOperands, bias: () => sumPerBias(ofScores, bias as Tensor) };
  },
});

/**
 * Gradients of softmax(q k^T) v. What the softmax takes off, the sum of P dP over a row, is the sum
 * of O dO (Dao et al. 2022, arXiv:2205.14135, appendix B.2): one pass over the results instead of
 * two over the scores.
 */
function gradients(dy: Tensor, saved: readonly Tensor[]) {
  const [queries, keys, values, mixed, shares] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
  const ofScores = tf.mul(
    shares,
    tf.sub(tf.matMul(dy, values, false, true), tf.sum(tf.mul(dy, mixed), -1, true)),
  );
  return {
    ofScores,
    ofOperands: productSlopes(dy, ofScores, [queries, keys, shares]),
  };
}

/** [B * heads, N, N] as [B / W, W, heads, N, N], for a bias [W, heads, N, N]. */
function perBias([rows, count, others]: readonly number[], bias: readonly number[]): number[] {
  const [windows, heads] = bias as [number, number];
  return [(rows as number) / heads / windows, windows, heads, count as number, others as number];
}

function checkedBias(bias: Tensor4D, queries: Tensor3D, heads: number): Tensor4D {
  const [rows, count] = queries.shape;
  const [windows, ofHeads] = bias.shape;
  const fits = ofHeads === heads && bias.shape[2] === count && bias.shape[3] === count;
  if (!fits || (rows / heads) % windows !== 0) {
    throw shapeError(
      'attention',
      `a bias [${bias.shape}] does not fit ${heads} heads of ${count}.`,
    );
  }
  return bias;
}
