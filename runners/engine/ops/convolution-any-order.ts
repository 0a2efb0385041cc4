import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { attribute, defineOp, executeOne } from './native.ts';
import { type Pair, pair, slidingWindow } from './window.ts';

interface Attrs {
  readonly stride: readonly number[];
}

/**
 * A convolution without dilation and groups whose gradients have gradients of their own, which
 * `conv2d` has not: for losses of gradients, as the gradient penalty of Gulrajani et al. 2017
 * (arXiv:1704.00028).
 *
 * Each of the three operations (the convolution, its gradient by the map and by the weight) is
 * linear in both of its inputs, and its gradients are the other two.
 *
 * @param x [B, H, W, I]
 * @param weight [kh, kw, I, O]
 * @throws EngineError `ENGINE_SHAPE` where the kernel exceeds the padded map
 */
export function conv2dAnyOrder(
  x: Tensor4D,
  weight: Tensor4D,
  { stride = 1, padding = 0 }: { readonly stride?: number; readonly padding?: number } = {},
): Tensor4D {
  const kernel: Pair = [weight.shape[0], weight.shape[1]];
  slidingWindow('conv2d', x.shape, kernel, pair(stride), pair(padding));
  const sides: [number, number] = [padding, padding];
  const padded = padding === 0 ? x : tf.pad(x, [[0, 0], sides, sides, [0, 0]]);
  return convolution(padded, weight, { stride: pair(stride) }) as Tensor4D;
}

const convolution = (x: Tensor, weight: Tensor, attrs: Attrs): Tensor =>
  convolutionOp({ x, weight }, attrs)[0] as Tensor;
const byMap = (like: Tensor, weight: Tensor, dy: Tensor, attrs: Attrs): Tensor =>
  byMapOp({ weight, dy }, { ...attrs, shape: like.shape })[0] as Tensor;
const byWeight = (x: Tensor, like: Tensor, dy: Tensor, attrs: Attrs): Tensor =>
  byWeightOp({ x, dy }, { ...attrs, shape: like.shape })[0] as Tensor;

const convolutionOp = defineOp<'x' | 'weight', Attrs>('ConvolutionAnyOrder', {
  forward: ({ x, weight }, attrs) => [executeOne('Conv2D', attributes(attrs), [x, weight])],
  saveInputs: ['x', 'weight'],
  saveOutputs: [false],
  gradient: (dy, saved, attrs) => {
    const [x, weight] = saved as [Tensor, Tensor];
    return {
      x: () => byMap(x, weight, dy, attrs),
      weight: () => byWeight(x, weight, dy, attrs),
    };
  },
});

interface Backward extends Attrs {
  /** Of the result. */
  readonly shape: readonly number[];
}

const byMapOp = defineOp<'weight' | 'dy', Backward>('ConvolutionByMap', {
  forward: ({ weight, dy }, attrs) => [
    executeOne('Conv2DBackpropInput', attributes(attrs), [shapeTensor(attrs), weight, dy]),
  ],
  saveInputs: ['weight', 'dy'],
  saveOutputs: [false],
  gradient: (dx, saved, { stride }) => {
    const [weight, dy] = saved as [Tensor, Tensor];
    return {
      weight: () => byWeight(dx, weight, dy, { stride }),
      dy: () => convolution(dx, weight, { stride }),
    };
  },
});

const byWeightOp = defineOp<'x' | 'dy', Backward>('ConvolutionByWeight', {
  forward: ({ x, dy }, attrs) => [
    executeOne('Conv2DBackpropFilter', attributes(attrs), [x, shapeTensor(attrs), dy]),
  ],
  saveInputs: ['x', 'dy'],
  saveOutputs: [false],
  gradient: (dw, saved, { stride }) => {
    const [x, dy] = saved as [Tensor, Tensor];
    return {
      x: () => byMap(x, dw, dy, { stride }),
      dy: () => convolution(x, dw, { stride }),
    };
  },
});

const shapeTensor = ({ shape }: Backward) => tf.tensor1d([...shape], 'int32');

const attributes = ({ stride }: Attrs) => [
  attribute.type('T'),
  attribute.integers('strides', [1, ...stride, 1]),
  attribute.integers('dilations', [1, 1, 1, 1]),
  attribute.text('data_format', 'NHWC'),
  attribute.text('padding', 'VALID'),
];
