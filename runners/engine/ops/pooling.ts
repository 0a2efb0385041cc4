import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { type OpAttribute, tf } from '../tensorflow.ts';
import { attribute, defineOp, executeOne, shapeError } from './native.ts';
import { type Pair, pair, slidingWindow, type WindowOptions } from './window.ts';

interface Attrs {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
}

/**
 * Max pooling, PyTorch's `MaxPool2d`: padding counts as minus infinity, sizes are rounded down, the
 * stride defaults to the kernel. x [B, H, W, C].
 *
 * @throws EngineError `ENGINE_SHAPE` when the padding exceeds half the kernel (a window could be
 *   all padding)
 */
export function maxPool(x: Tensor4D, kernel: number | Pair, options: WindowOptions = {}): Tensor4D {
  return maxPoolOp({ x }, resolve('max pool', x, kernel, options))[0] as Tensor4D;
}

/**
 * Average pooling, PyTorch's `AvgPool2d`: sizes rounded down, the stride defaults to the kernel. x
 * [B, H, W, C].
 *
 * @param options.countIncludePad whether padding zeros count in the divisor (PyTorch's default:
 *   yes)
 */
export function avgPool(
  x: Tensor4D,
  kernel: number | Pair,
  options: WindowOptions & { readonly countIncludePad?: boolean } = {},
): Tensor4D {
  const attrs = resolve('average pool', x, kernel, options);
  const [vertical, horizontal] = attrs.padding as unknown as Pair;
  if (vertical === 0 && horizontal === 0) return avgPoolOp({ x }, attrs)[0] as Tensor4D;
  const padded = tf.pad(x, [
    [0, 0],
    [vertical, vertical],
    [horizontal, horizontal],
    [0, 0],
  ]);
  const mean = avgPoolOp({ x: padded }, { ...attrs, padding: [0, 0] })[0] as Tensor4D;
  return (options.countIncludePad ?? true) ? mean : tf.mul(mean, uncounted(x, attrs));
}

/** Mean over the map: [B, H, W, C] to [B, C]. */
export function globalAverage(x: Tensor4D): Tensor2D {
  return globalAverageOp({ x }, { shape: x.shape })[0] as Tensor2D;
}

/**
 * PyTorch's `AdaptiveAvgPool2d(size)`: window i covers floor(i n / s) ... ceil((i + 1) n / s), so
 * windows overlap or repeat where `size` does not divide the map. [B, H, W, C] to [B, size, size,
 * C].
 */
export function adaptiveAvgPool(x: Tensor4D, size: number): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (height % size === 0 && width % size === 0) {
    const window: Pair = [height / size, width / size];
    return window[0] === 1 && window[1] === 1 ? x : avgPool(x, window);
  }
  const weights = adaptiveAverageWeights([height, width], size);
  return poolRegions(x, weights).reshape([batch, size, size, channels]);
}

/**
 * Row r of the result weights the H * W positions of the map for region r of a `size` x `size`
 * adaptive pooling.
 */
export function adaptiveAverageWeights([height, width]: Pair, size: number): Float64Array[] {
  const regions: Float64Array[] = [];
  for (let row = 0; row < size; row += 1) {
    const [top, bottom] = [
      Math.floor((row * height) / size),
      Math.ceil(((row + 1) * height) / size),
    ];
    for (let column = 0; column < size; column += 1) {
      const left = Math.floor((column * width) / size);
      const right = Math.ceil(((column + 1) * width) / size);
      const weights = new Float64Array(height * width);
      for (let y = top; y < bottom; y += 1) {
        weights.fill(1 / ((bottom - top) * (right - left)), y * width + left, y * width + right);
      }
      regions.push(weights);
    }
  }
  return regions;
}

/**
 * Weighted means of a map as one matrix product: [B, H, W, C] and R rows of H * W weights give [B,
 * R, C].
 */
export function poolRegions(x: Tensor4D, weights: readonly Float64Array[]): Tensor3D {
  const [batch, height, width, channels] = x.shape;
  const matrix = new Float32Array(weights.length * height * width);
  weights.forEach((row, index) => {
    matrix.set(row, index * height * width);
  });
  const left = tf.tensor3d(matrix, [1, weights.length, height * width]);
  return tf.matMul(left, x.reshape([batch, height * width, channels])) as Tensor3D;
}

function resolve(
  op: string,
  x: Tensor4D,
  kernelOption: number | Pair,
  options: WindowOptions,
): Attrs {
  const kernel = pair(kernelOption);
  const stride = pair(options.stride ?? kernel);
  const padding = pair(options.padding ?? 0);
  slidingWindow(op, x.shape, kernel, stride, padding);
  if (2 * padding[0] > kernel[0] || 2 * padding[1] > kernel[1]) {
    throw shapeError(op, `the padding [${padding}] exceeds half of the kernel [${kernel}].`);
  }
  return { kernel, stride, padding };
}

/**
 * window size / number of real positions, per output position: undoes the counting of padding. [1,
 * H', W', 1]
 */
function uncounted(x: Tensor4D, { kernel, stride, padding }: Attrs): Tensor4D {
  const [rows, columns] = slidingWindow(
    'average pool',
    x.shape,
    kernel as unknown as Pair,
    stride as unknown as Pair,
    padding as unknown as Pair,
  );
  const real = (axis: 0 | 1, index: number) => {
    const start = index * (stride[axis] as number) - (padding[axis] as number);
    const end = Math.min(start + (kernel[axis] as number), x.shape[axis + 1] as number);
    return end - Math.max(start, 0);
  };
  const area = (kernel[0] as number) * (kernel[1] as number);
  const factors = Float32Array.from({ length: rows * columns }, (_, index) => {
    return area / (real(0, Math.floor(index / columns)) * real(1, index % columns));
  });
  return tf.tensor4d(factors, [1, rows, columns, 1]);
}

const shapeTensor = (shape: readonly number[]) => tf.tensor1d([...shape], 'int32');

const maxPoolOp = defineOp<'x', Attrs>('MaxPool', {
  forward: ({ x }, attrs) => [executeOne('MaxPool', attributes(attrs), [x])],
  saveInputs: ['x'],
  saveOutputs: [true],
  gradient: (dy, [x, y], attrs) => ({
    x: () => executeOne('MaxPoolGrad', attributes(attrs), [x as Tensor, y as Tensor, dy]),
  }),
});

const avgPoolOp = defineOp<'x', Attrs>('AvgPool', {
  forward: ({ x }, attrs) => [executeOne('AvgPool', attributes(attrs), [x])],
  saveInputs: ['x'],
  saveOutputs: [false],
  gradient: (dy, [x], attrs) => ({
    x: () => executeOne('AvgPoolGrad', attributes(attrs), [shapeTensor((x as Tensor).shape), dy]),
  }),
});

const globalAverageOp = defineOp<'x', { readonly shape: readonly number[] }>('GlobalAverage', {
  forward: ({ x }) => [tf.mean(x, [1, 2])],
  saveInputs: [],
  saveOutputs: [false],
  gradient: (dy, _, { shape }) => ({
    x: () => {
      const [batch, height, width, channels] = shape as readonly [number, number, number, number];
      const share = tf.mul(dy, 1 / (height * width)).reshape([batch, 1, 1, channels]);
      return tf.broadcastTo(share, [batch, height, width, channels]);
    },
  }),
});

function attributes({ kernel, stride, padding }: Attrs): OpAttribute[] {
  const [vertical, horizontal] = padding as unknown as Pair;
  const named = vertical === 0 && horizontal === 0;
  return [
    attribute.type('T'),
    attribute.integers('ksize', [1, ...kernel, 1]),
    attribute.integers('strides', [1, ...stride, 1]),
    attribute.text('data_format', 'NHWC'),
    attribute.text('padding', named ? 'VALID' : 'EXPLICIT'),
    ...(named
      ? []
      : [
          attribute.integers('explicit_paddings', [
            0,
            0,
            vertical,
            vertical,
            horizontal,
            horizontal,
            0,
            0,
          ]),
        ]),
  ];
}
