import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { EngineError } from '../../../../runners/engine/errors.ts';
import { inLayer } from '../../../../runners/engine/layers.ts';
import { conv2d, depthwiseConv2d } from '../../../../runners/engine/ops/index.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';
import { assertEqualsFormula, at, mapOf, normal, type Values } from './reference.ts';

interface Geometry {
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly dilation: readonly [number, number];
}
const geometry = (stride: number, padding: number, dilation = 1): Geometry => ({
  stride: [stride, stride],
  padding: [padding, padding],
  dilation: [dilation, dilation],
});

/** PyTorch's definition of Conv2d, x NHWC and weight HW(I/groups)O. */
function convolution(
  x: Values,
  weight: Values,
  bias: Values | null,
  { stride, padding, dilation }: Geometry,
  groups: number,
): Values {
  const [batch, height, width] = x.shape as [number, number, number];
  const [kh, kw, perGroup, outputs] = weight.shape as [number, number, number, number];
  const size = (n: number, k: number, axis: 0 | 1) =>
    Math.floor((n + 2 * padding[axis] - dilation[axis] * (k - 1) - 1) / stride[axis]) + 1;
  return mapOf([batch, size(height, kh, 0), size(width, kw, 1), outputs], (b, row, column, o) => {
    let sum = bias?.data[o] ?? 0;
    const group = Math.floor(o / (outputs / groups));
    for (let i = 0; i < kh; i += 1) {
      for (let j = 0; j < kw; j += 1) {
        for (let c = 0; c < perGroup; c += 1) {
          const y = row * stride[0] - padding[0] + i * dilation[0];
          const xx = column * stride[1] - padding[1] + j * dilation[1];
          const w = weight.data[((i * kw + j) * perGroup + c) * outputs + o] as number;
          sum += w * at(x, [b, y, xx, group * perGroup + c], 0);
        }
      }
    }
    return sum;
  });
}

describe('conv2d equals PyTorch’s definition, gradients too', () => {
  const cases: [string, Geometry][] = [
    ['3x3, padding 1 (keeps the size)', geometry(1, 1)],
    ['3x3, stride 2, padding 1 on an even map (not TensorFlow’s SAME)', geometry(2, 1)],
    ['3x3 without padding', geometry(1, 0)],
    ['3x3, dilation 2, padding 2', geometry(1, 2, 2)],
    ['3x3, dilation 2, stride 2, padding 1', geometry(2, 1, 2)],
    ['strides and padding per axis', { stride: [2, 1], padding: [1, 0], dilation: [1, 2] }],
  ];
  for (const [name, options] of cases) {
    it(name, () => {
      assertEqualsFormula({
        inputs: {
          x: normal([2, 6, 5, 2], 'x'),
          weight: normal([3, 3, 2, 3], 'w'),
          bias: normal([3], 'b'),
        },
        run: ({ x, weight, bias }) =>
          conv2d(x as Tensor4D, weight as Tensor4D, options, bias as Tensor1D),
        formula: ({ x, weight, bias }) => convolution(x, weight, bias, options, 1),
      });
    });
  }

  it('1x1 with stride 2, as shortcuts have it', () => {
    const options = geometry(2, 0);
    assertEqualsFormula({
      inputs: { x: normal([2, 4, 4, 3], 'x'), weight: normal([1, 1, 3, 4], 'w') },
      run: ({ x, weight }) => conv2d(x as Tensor4D, weight as Tensor4D, options),
      formula: ({ x, weight }) => convolution(x, weight, null, options, 1),
    });
  });

  it('groups, split and concatenated on a CPU', () => {
    const options = geometry(2, 1);
    assertEqualsFormula({
      inputs: { x: normal([2, 5, 5, 4], 'x'), weight: normal([3, 3, 2, 6], 'w') },
      run: ({ x, weight }) => conv2d(x as Tensor4D, weight as Tensor4D, { ...options, groups: 2 }),
      formula: ({ x, weight }) => convolution(x, weight, null, options, 2),
    });
  });

  for (const dilation of [1, 2]) {
    it(`depthwise, stride ${3 - dilation}, dilation ${dilation}`, () => {
      const options = geometry(3 - dilation, 1, dilation);
      assertEqualsFormula({
        inputs: {
          x: normal([2, 6, 6, 3], 'x'),
          weight: normal([3, 3, 3, 1], 'w'),
          bias: normal([3], 'b'),
        },
        run: ({ x, weight, bias }) =>
          depthwiseConv2d(x as Tensor4D, weight as Tensor4D, options, bias as Tensor1D),
        formula: ({ x, weight, bias }) =>
          convolution(x, { ...weight, shape: [3, 3, 1, 3] }, bias, options, 3),
      });
    });
  }
});

describe('errors of convolutions', () => {
  const x = tf.zeros([1, 4, 4, 3]) as Tensor4D;

  it('name layer, operation and shapes where channels do not fit', () => {
    const weight = tf.zeros([3, 3, 2, 8]) as Tensor4D;
    assert.throws(
      () => inLayer('layer1.0.conv1', () => conv2d(x, weight)),
      (error: unknown) =>
        error instanceof EngineError &&
        error.code === 'ENGINE_SHAPE' &&
        /conv2d in layer layer1\.0\.conv1: .*\[1,4,4,3\].*takes 2/.test(error.message),
    );
  });

  it('name the kernel that is larger than the map', () => {
    const weight = tf.zeros([7, 7, 3, 8]) as Tensor4D;
    assert.throws(() => conv2d(x, weight, { padding: 1 }), /larger than the padded input/);
  });
});
