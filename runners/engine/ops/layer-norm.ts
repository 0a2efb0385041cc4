import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { hasKernel } from './kernels.ts';
import { biasAdd, linear } from './linear.ts';
import { attribute, defineOp, execute, shapeError } from './native.ts';

interface Attrs {
  readonly epsilon: number;
}

/** Results: y, and the mean and the inverse deviation of every row. */
const kernelOp = defineOp<'x' | 'scale' | 'offset', Attrs>('LayerNormKernel', {
  forward: ({ x, scale, offset }, { epsilon }) =>
    execute('RedistillLayerNorm', [attribute.float('epsilon', epsilon)], [x, scale, offset], 3),
  saveInputs: ['x', 'scale'],
  saveOutputs: [false, true, true],
  gradient: (dy, saved) => {
    const results = execute('RedistillLayerNormGradient', [], [dy, ...saved], 3);
    const result = (index: number) => () => results[index] as Tensor;
    return { x: result(0), scale: result(1), offset: result(2) };
  },
});

/** Every row along the last axis with the mean 0 and the deviation 1. */
const normalOp = defineOp<'x', Attrs>('NormalRows', {
  forward: ({ x }, { epsilon }) => {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
    return [tf.mul(centred, inverse), inverse];
  },
  saveInputs: [],
  saveOutputs: [true, true],
  gradient: (dy, [normal, inverse]) => ({
    x: () => {
      const along = tf.mean(tf.mul(dy, normal as Tensor), -1, true);
      const rest = tf.sub(dy, tf.mean(dy, -1, true));
      return tf.mul(tf.sub(rest, tf.mul(normal as Tensor, along)), inverse as Tensor);
    },
  }),
});

/** Scale and offset [C] of a layer norm, and what is added to the variance. */
export interface LayerNormValues {
  readonly scale: Tensor1D;
  readonly offset: Tensor1D;
  readonly epsilon: number;
}

/**
 * Layer normalization (Ba, Kiros & Hinton 2016, arXiv:1607.06450) along the last axis: PyTorch's
 * `nn.LayerNorm(C)`. The same in training and afterwards.
 *
 * @param x [..., C]
 * @throws EngineError `ENGINE_SHAPE` naming the layer where scale or offset are of another width
 */
export function layerNorm<T extends Tensor>(x: T, norm: LayerNormValues): T {
  checkWidths(x, norm);
  const { scale, offset, epsilon } = norm;
  if (hasKernel(x, scale, offset)) return kernelOp({ x, scale, offset }, { epsilon })[0] as T;
  return biasAdd(tf.mul(normalRows(x, norm), norm.scale) as T, norm.offset);
}

/**
 * A layer norm and the fully connected layer after it: `linear(layerNorm(x, norm), weight, bias)`
 * within rounding. Where no kernel does the whole norm in one pass, scale and offset act on the
 * weights, so that four passes over the rows are saved.
 *
 * @param x [..., I]
 * @param weight [I, O]
 * @param bias [O]
 * @throws EngineError `ENGINE_SHAPE` as both do
 */
export function normLinear<T extends Tensor>(
  x: T,
  norm: LayerNormValues,
  weight: Tensor2D,
  bias: Tensor1D | null,
): T {
  if (hasKernel(x, norm.scale, norm.offset))
    return linear(layerNorm(x, norm) as never, weight, bias) as Tensor as T;
  checkWidths(x, norm);
  const width = norm.scale.shape[0];
  const scaled = tf.mul<Tensor2D>(weight, norm.scale.reshape([width, 1]));
  const shift = linear(norm.offset.reshape([1, width]), weight, bias).reshape<Tensor1D>([-1]);
  return linear(normalRows(x, norm) as never, scaled, shift) as Tensor as T;
}

const normalRows = <T extends Tensor>(x: T, { epsilon }: LayerNormValues): T =>
  normalOp({ x }, { epsilon })[0] as T;

function checkWidths(x: Tensor, { scale, offset }: LayerNormValues): void {
  const width = x.shape.at(-1);
  if (scale.shape[0] !== width || offset.shape[0] !== width) {
    throw shapeError(
      'layer norm',
      `the input [${x.shape}] has ${width} channels, its scale ${scale.shape[0]} and its offset ${offset.shape[0]}.`,
    );
  }
}
