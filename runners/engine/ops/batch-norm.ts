import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { noteRunning } from '../lean/notes.ts';
import { tf } from '../tensorflow.ts';
import { attribute, defineOp, execute, shapeError } from './native.ts';

/** PyTorch's default; every network here uses it. */
export const batchNormEpsilon = 1e-5;
/** PyTorch's momentum: the share of the new batch in the running statistics. */
export const batchNormMomentum = 0.1;

interface Attrs {
  readonly epsilon: number;
}

const attributes = (epsilon: number, training: boolean) => [
  attribute.type('T'),
  attribute.type('U'),
  attribute.float('epsilon', epsilon),
  attribute.text('data_format', 'NHWC'),
  attribute.flag('is_training', training),
];

/** One TensorFlow operation gives all three gradients. */
function gradients(training: boolean, epsilon: number, inputs: readonly Tensor[]) {
  const results = execute('FusedBatchNormGradV3', attributes(epsilon, training), inputs, 5);
  const result = (index: number) => () => results[index] as Tensor;
  return { x: result(0), scale: result(1), offset: result(2) };
}

/**
 * Results: y, batch mean, batch variance, and three reserved tensors for the gradient. The batch
 * variance carries Bessel's correction (n / (n - 1)), as PyTorch's running variance wants it; y is
 * normalised with the plain variance.
 */
const trainingOp = defineOp<'x' | 'scale' | 'offset', Attrs>('BatchNormTraining', {
  forward: ({ x, scale, offset }, { epsilon }) => {
    const empty = tf.tensor1d([], 'float32');
    const results = execute(
      'FusedBatchNormV3',
      attributes(epsilon, true),
      [x, scale, offset, empty, empty],
      6,
    );
    empty.dispose();
    return results;
  },
  saveInputs: ['x', 'scale'],
  saveOutputs: [false, false, false, true, true, true],
  gradient: (dy, saved, { epsilon }) => gradients(true, epsilon, [dy, ...saved]),
});

const inferenceOp = defineOp<'x' | 'scale' | 'offset' | 'mean' | 'variance', Attrs>(
  'BatchNormInference',
  {
    forward: ({ x, scale, offset, mean, variance }, { epsilon }) => {
      const [y, ...unused] = execute(
        'FusedBatchNormV3',
        attributes(epsilon, false),
        [x, scale, offset, mean, variance],
        6,
      );
      for (const tensor of unused) tensor.dispose();
      return [y as Tensor];
    },
    saveInputs: ['x', 'scale', 'mean', 'variance'],
    saveOutputs: [false],
    gradient: (dy, [x, scale, mean, variance], { epsilon }) =>
      gradients(false, epsilon, [
        dy,
        x as Tensor,
        scale as Tensor,
        mean as Tensor,
        variance as Tensor,
        tf.scalar(0),
      ]),
  },
);

export interface BatchNormTraining<T extends Tensor> {
  readonly y: T;
  /** [C] mean of the batch. */
  readonly mean: Tensor1D;
  /** [C] unbiased variance of the batch. */
  readonly variance: Tensor1D;
}

/**
 * Batch normalization with the statistics of the batch, over all axes but the last; x is [B, H, W,
 * C] or [B, C]. (Ioffe & Szegedy 2015; PyTorch's `nn.BatchNorm2d` in training mode.) No gradient
 * flows to `mean` and `variance`.
 *
 * @throws EngineError `ENGINE_SHAPE` when there is a single value per channel: its variance does
 *   not exist, and PyTorch refuses it too
 */
export function batchNormTraining<T extends Tensor>(
  x: T,
  scale: Tensor1D,
  offset: Tensor1D,
  epsilon = batchNormEpsilon,
): BatchNormTraining<T> {
  const count = x.size / (x.shape[x.rank - 1] as number);
  checkShapes(x, scale, offset);
  if (count < 2) {
    throw shapeError(
      'batch norm',
      `the input [${x.shape}] has one value per channel; training needs at least two.`,
    );
  }
  const [y, mean, variance] = trainingOp({ x: asMap(x), scale, offset }, { epsilon });
  return {
    y: likeInput(x, y as Tensor),
    mean: mean as Tensor1D,
    variance: variance as Tensor1D,
  };
}

/**
 * Batch normalization with running statistics `mean` and `variance` [C]; x is [B, H, W, C] or [B,
 * C].
 */
export function batchNormInference<T extends Tensor>(
  x: T,
  scale: Tensor1D,
  offset: Tensor1D,
  mean: Tensor1D,
  variance: Tensor1D,
  epsilon = batchNormEpsilon,
): T {
  checkShapes(x, scale, offset);
  const [y] = inferenceOp({ x: asMap(x), scale, offset, mean, variance }, { epsilon });
  return likeInput(x, y as Tensor);
}

/**
 * Weight and bias of the convolution that does what a convolution and the batch norm after it, with
 * running statistics, do: weight * s and (bias - mean) * s + offset with s = scale / sqrt(variance
 * + epsilon). The result is equal within rounding, one pass over the map is saved. The last axes of
 * `weight`, all outputs together, are the norm's channels.
 */
export function foldBatchNorm(
  weight: Tensor4D,
  bias: Tensor1D | null,
  norm: Readonly<Record<'scale' | 'offset' | 'mean' | 'variance', Tensor1D>>,
  epsilon = batchNormEpsilon,
): { readonly weight: Tensor4D; readonly bias: Tensor1D } {
  const factor = tf.mul(norm.scale, tf.rsqrt(tf.add(norm.variance, epsilon)));
  const [, , inputs, outputs] = weight.shape;
  const channels = norm.scale.shape[0];
  // A depthwise weight [kh, kw, C, m] has C * m outputs.
  const factors = channels === outputs ? factor : factor.reshape([inputs, outputs]);
  const start = bias === null ? tf.neg(norm.mean) : tf.sub(bias, norm.mean);
  return {
    weight: tf.mul(weight, factors) as Tensor4D,
    bias: tf.add(tf.mul(start, factor), norm.offset) as Tensor1D,
  };
}

/** PyTorch's update of a running statistic: 0.9 old + 0.1 new. */
export function updateRunning(
  running: Tensor,
  batch: Tensor,
  momentum = batchNormMomentum,
): Tensor {
  const result = tf.add(tf.mul(running, 1 - momentum), tf.mul(batch, momentum));
  noteRunning({ running, batch, share: momentum, result });
  return result;
}

const asMap = (x: Tensor): Tensor =>
  x.rank === 4 ? x : x.reshape([x.shape[0] as number, 1, 1, x.shape[1] as number]);
const likeInput = <T extends Tensor>(x: T, y: Tensor): T =>
  (x.rank === 4 ? y : y.reshape(x.shape)) as T;

function checkShapes(x: Tensor, scale: Tensor, offset: Tensor): void {
  if (x.rank !== 4 && x.rank !== 2) {
    throw shapeError('batch norm', `the input must be [B,H,W,C] or [B,C], not [${x.shape}].`);
  }
  const channels = x.shape[x.rank - 1];
  if (scale.shape[0] !== channels || offset.shape[0] !== channels) {
    throw shapeError(
      'batch norm',
      `the input [${x.shape}] has ${channels} channels, its scale ${scale.shape[0]} and its offset ${offset.shape[0]}.`,
    );
  }
}
