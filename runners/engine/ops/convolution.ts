import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { recordsForGpu } from '../target.ts';
import { type OpAttribute, tf, usesGpu } from '../tensorflow.ts';
import { hasWinograd } from './kernels.ts';
import { biasAdd } from './linear.ts';
import { attribute, defineOp, executeOne, shapeError } from './native.ts';
import { type Pair, pair, slidingWindow, type WindowOptions } from './window.ts';

export interface ConvolutionOptions extends WindowOptions {
  readonly dilation?: number | Pair;
  readonly groups?: number;
}

interface Attrs {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly dilation: readonly number[];
  readonly kernel: readonly number[];
}

/**
 * Convolution with PyTorch's symmetric zero padding.
 *
 * @param x [B, H, W, I]
 * @param weight [kh, kw, I / groups, O]
 * @param bias [O]
 * @throws EngineError `ENGINE_SHAPE` naming the layer when channels and groups do not fit or the
 *   kernel exceeds the map
 */
export function conv2d(
  x: Tensor4D,
  weight: Tensor4D,
  options: ConvolutionOptions = {},
  bias: Tensor1D | null = null,
): Tensor4D {
  const groups = options.groups ?? 1;
  const channels = x.shape[3];
  const [, , perGroup, outputs] = weight.shape;
  if (channels !== perGroup * groups || outputs % groups !== 0) {
    throw shapeError(
      'conv2d',
      `the input [${x.shape}] has ${channels} channels, the weight [${weight.shape}] with ${groups} group(s) takes ${perGroup * groups}.`,
    );
  }
  const attrs = resolve('conv2d', x, weight, options);
  const y =
    groups === 1 || recordsForGpu()
      ? convolve(x, weight, attrs)
      : grouped(x, weight, groups, attrs);
  return bias === null ? y : biasAdd(y, bias);
}

/**
 * Depthwise convolution: every channel by its own kernels.
 *
 * @param x [B, H, W, C]
 * @param weight [kh, kw, C, multiplier]; output channel c * multiplier + m, as PyTorch orders them
 * @param bias [C * multiplier]
 */
export function depthwiseConv2d(
  x: Tensor4D,
  weight: Tensor4D,
  options: WindowOptions & { readonly dilation?: number | Pair } = {},
  bias: Tensor1D | null = null,
): Tensor4D {
  if (x.shape[3] !== weight.shape[2]) {
    throw shapeError(
      'depthwise conv2d',
      `the input [${x.shape}] has ${x.shape[3]} channels, the weight [${weight.shape}] takes ${weight.shape[2]}.`,
    );
  }
  const attrs = resolve('depthwise conv2d', x, weight, options);
  const y = run(depthwiseOp, x, weight, attrs);
  return bias === null ? y : biasAdd(y, bias);
}

/** TensorFlow has no CPU kernel for groups: split the channels, convolve each part, concatenate. */
function grouped(x: Tensor4D, weight: Tensor4D, groups: number, attrs: Attrs): Tensor4D {
  const parts = tf.split(x, groups, 3);
  const weights = tf.split(weight, groups, 3);
  return tf.concat(
    parts.map((part, group) => convolve(part as Tensor4D, weights[group] as Tensor4D, attrs)),
    3,
  );
}

const convolve = (x: Tensor4D, weight: Tensor4D, attrs: Attrs) =>
  run(convolutionOp, x, weight, attrs);

type ConvolutionOp = typeof convolutionOp;

function run(op: ConvolutionOp, x: Tensor4D, weight: Tensor4D, attrs: Attrs): Tensor4D {
  const plain = (map: Tensor4D, own: Attrs) => op({ x: map, weight }, own)[0] as Tensor4D;
  const dilated = attrs.dilation.some((dilation) => dilation > 1);
  return dilated && !recordsForGpu() ? interleaved(x, attrs, plain) : plain(x, attrs);
}

/**
 * A dilated convolution as a plain one: TensorFlow has no CPU kernels for its gradients, nor for
 * dilated depthwise convolutions. Positions that are d apart see only each other, so each of the d
 * x d interleaved maps becomes a picture of its own in the batch.
 */
function interleaved(
  x: Tensor4D,
  { stride, padding, dilation, kernel }: Attrs,
  run: (x: Tensor4D, attrs: Attrs) => Tensor4D,
): Tensor4D {
  const extra = [0, 1].map((axis) => {
    const padded = (x.shape[axis + 1] as number) + 2 * (padding[axis] as number);
    return Math.ceil(padded / (dilation[axis] as number)) * (dilation[axis] as number) - padded;
  });
  const before = [0, 1].map((axis) => [
    padding[axis] as number,
    (padding[axis] as number) + (extra[axis] as number),
  ]);
  const maps = tf.spaceToBatchND(x, [...dilation], before) as Tensor4D;
  const results = run(maps, { stride: [1, 1], padding: [0, 0], dilation: [1, 1], kernel });
  const whole = tf.batchToSpaceND(
    results,
    [...dilation],
    extra.map((each) => [0, each]),
  ) as Tensor4D;
  return [0, 1].reduce((map, axis) => everyNth(map, axis + 1, stride[axis] as number), whole);
}

function everyNth(map: Tensor4D, axis: number, step: number): Tensor4D {
  if (step === 1) return map;
  const count = Math.ceil((map.shape[axis] as number) / step);
  const positions = Int32Array.from({ length: count }, (_, index) => index * step);
  return tf.gather(map, tf.tensor1d(positions, 'int32'), axis);
}

function resolve(op: string, x: Tensor4D, weight: Tensor4D, options: ConvolutionOptions): Attrs {
  const stride = pair(options.stride ?? 1);
  const padding = pair(options.padding ?? 0);
  const dilation = pair(options.dilation ?? 1);
  const kernel: Pair = [weight.shape[0], weight.shape[1]];
  slidingWindow(op, x.shape, kernel, stride, padding, dilation);
  return { stride, padding, dilation, kernel };
}

const convolutionOp = defineOp<'x' | 'weight', Attrs>('Convolution', {
  forward: ({ x, weight }, attrs) => [
    isWinograd(x, weight, attrs)
      ? winograd(x, weight, false)
      : executeOne('Conv2D', attributes(attrs), [x, weight]),
  ],
  saveInputs: ['x', 'weight'],
  saveOutputs: [false],
  gradient: (dy, [x, weight], attrs) => {
    const map = x as Tensor4D;
    if (isWinograd(map, weight as Tensor, attrs)) {
      return {
        x: () => winograd(dy, weight as Tensor, true),
        weight: () => executeOne('RedistillWinogradGradient', [], [map, dy]),
      };
    }
    const inGroups = map.shape[3] !== (weight as Tensor4D).shape[2];
    const border = slowBorder(attrs, inGroups);
    const own = border === null ? attrs : { ...attrs, padding: [0, 0] };
    return {
      x: () => {
        const shape = border === null ? map.shape : paddedShape(map, border);
        const gradient = executeOne('Conv2DBackpropInput', attributes(own), [
          tf.tensor1d(shape, 'int32'),
          weight as Tensor,
          dy,
        ]);
        return border === null ? gradient : tf.slice(gradient, [0, ...border, 0], map.shape);
      },
      weight: () =>
        executeOne('Conv2DBackpropFilter', attributes(own), [
          border === null ? map : tf.pad(map, sides(border)),
          shapeTensor(weight as Tensor),
          dy,
        ]),
    };
  },
});

/** Channels that the kernels take at a time. */
const groupOfChannels = 16;
/** A tile's side: a smaller map does not fill one. */
const shortestSide = 4;

/**
 * Whether a convolution is done in tiles with fewer products (`native/winograd.h`). What decides is
 * the picture and not how many there are, so that its results are the same in batches of any size.
 */
function isWinograd(x: Tensor, weight: Tensor, { stride, padding, dilation }: Attrs): boolean {
  const [, height = 0, width = 0, channels] = x.shape;
  const [rows, columns, inputs = 0, outputs = 0] = weight.shape;
  return (
    [rows, columns].every((side) => side === 3) &&
    channels === inputs &&
    [...stride, ...padding, ...dilation].every((each) => each === 1) &&
    Math.min(height, width) >= shortestSide &&
    [inputs, outputs].every((each) => each % groupOfChannels === 0) &&
    hasWinograd(x, weight)
  );
}

/**
 * @param turned whether `x` is the gradient of the result, and what is asked for is that of the map
 */
function winograd(x: Tensor, weight: Tensor, turned: boolean): Tensor {
  const flag = (name: string, is: boolean) => attribute.float(name, is ? 1 : 0);
  const factors = executeOne('RedistillWinogradWeights', [flag('turned', turned)], [weight]);
  const result = executeOne('RedistillWinograd', [flag('relu', false)], [x, factors]);
  factors.dispose();
  return result;
}

/**
 * The zeros above and on the left that a gradient puts around the map itself; null where the
 * kernels do it. TensorFlow's gradients of a convolution with numbered padding (PyTorch's strided 3
 * x 3) run outside of oneDNN on a CPU, at twice to three times the cost of the same without
 * padding. In groups a CPU has none of them, whatever it records for.
 */
function slowBorder(attrs: Attrs, inGroups: boolean): Pair | null {
  const dilated = attrs.dilation.some((dilation) => dilation > 1);
  const hasKernels = inGroups ? usesGpu() : recordsForGpu();
  if (hasKernels || dilated || paddingName(attrs) !== 'EXPLICIT') return null;
  return [attrs.padding[0] as number, attrs.padding[1] as number];
}

const sides = ([top, left]: Pair): [number, number][] => [
  [0, 0],
  [top, top],
  [left, left],
  [0, 0],
];

function paddedShape({ shape: [batch, height, width, channels] }: Tensor4D, [top, left]: Pair) {
  return [batch, height + 2 * top, width + 2 * left, channels];
}

const depthwiseOp = defineOp<'x' | 'weight', Attrs>('DepthwiseConvolution', {
  forward: ({ x, weight }, attrs) => [
    executeOne('DepthwiseConv2dNative', attributes(attrs), [x, weight]),
  ],
  saveInputs: ['x', 'weight'],
  saveOutputs: [false],
  gradient: (dy, [x, weight], attrs) => ({
    x: () =>
      executeOne('DepthwiseConv2dNativeBackpropInput', attributes(attrs), [
        shapeTensor(x as Tensor),
        weight as Tensor,
        dy,
      ]),
    weight: () =>
      executeOne('DepthwiseConv2dNativeBackpropFilter', attributes(attrs), [
        x as Tensor,
        shapeTensor(weight as Tensor),
        dy,
      ]),
  }),
});

const shapeTensor = (tensor: Tensor) => tf.tensor1d(tensor.shape, 'int32');

/**
 * Names the padding where TensorFlow has a name for it, because its kernels for named paddings are
 * faster.
 */
function paddingName({ stride, padding, dilation, kernel }: Attrs): 'VALID' | 'SAME' | 'EXPLICIT' {
  const keepsSize = [0, 1].every(
    (axis) =>
      stride[axis] === 1 &&
      2 * (padding[axis] as number) === (dilation[axis] as number) * ((kernel[axis] as number) - 1),
  );
  if (padding.every((side) => side === 0)) return 'VALID';
  return keepsSize ? 'SAME' : 'EXPLICIT';
}

function attributes(attrs: Attrs): OpAttribute[] {
  const { stride, padding, dilation } = attrs;
  const [top, left] = padding as unknown as Pair;
  const name = paddingName(attrs);
  return [
    attribute.type('T'),
    attribute.integers('strides', [1, ...stride, 1]),
    attribute.integers('dilations', [1, ...dilation, 1]),
    attribute.text('data_format', 'NHWC'),
    attribute.text('padding', name),
    ...(name === 'EXPLICIT'
      ? [attribute.integers('explicit_paddings', [0, 0, top, top, left, left, 0, 0])]
      : []),
  ];
}
