import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import {
  batchNormInference,
  batchNormTraining,
  conv2d,
  depthwiseConv2d,
  foldBatchNorm,
  updateRunning,
} from '../../../../runners/engine/ops/index.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';
import { assertClose, assertEqualsFormula, normal, type Values } from './reference.ts';

const epsilon = 1e-5;

function statistics(x: Values): { mean: number[]; variance: number[]; count: number } {
  const channels = x.shape.at(-1) as number;
  const count = x.data.length / channels;
  const columns = Array.from({ length: channels }, (_, c) =>
    [...x.data].filter((_, index) => index % channels === c),
  );
  const mean = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / count);
  const variance = columns.map(
    (column, c) => column.reduce((sum, value) => sum + (value - mean[c]!) ** 2, 0) / count,
  );
  return { mean, variance, count };
}

function normalized(
  x: Values,
  scale: Values,
  offset: Values,
  mean: ArrayLike<number>,
  variance: ArrayLike<number>,
): Values {
  const channels = x.shape.at(-1) as number;
  const data = x.data.map((value, index) => {
    const c = index % channels;
    const unit = (value - (mean[c] as number)) / Math.sqrt((variance[c] as number) + epsilon);
    return unit * (scale.data[c] as number) + (offset.data[c] as number);
  });
  return { shape: x.shape, data };
}

const affine = { scale: normal([3], 'scale'), offset: normal([3], 'offset') };

describe('batch norm', () => {
  for (const shape of [
    [2, 3, 4, 3],
    [5, 3],
  ]) {
    it(`normalises [${shape}] with the batch's biased variance, gradients too`, () => {
      assertEqualsFormula({
        inputs: { x: normal(shape, 'x'), ...affine },
        run: ({ x, scale, offset }) =>
          batchNormTraining(x as Tensor4D, scale as Tensor1D, offset as Tensor1D).y,
        formula: ({ x, scale, offset }) => {
          const { mean, variance } = statistics(x);
          return normalized(x, scale, offset, mean, variance);
        },
        tolerance: 5e-6,
      });
    });
  }

  it('uses given statistics in eval mode, with gradients to picture, scale and offset', () => {
    const [mean, variance] = [
      [0.3, -0.2, 1],
      [0.5, 2, 1e-3],
    ];
    assertEqualsFormula({
      inputs: { x: normal([2, 3, 3, 3], 'x'), ...affine },
      run: ({ x, scale, offset }) =>
        batchNormInference(
          x as Tensor4D,
          scale as Tensor1D,
          offset as Tensor1D,
          tf.tensor1d(mean as number[]),
          tf.tensor1d(variance as number[]),
        ),
      formula: ({ x, scale, offset }) => normalized(x, scale, offset, mean!, variance!),
      tolerance: 5e-6,
    });
  });

  it('gives mean and unbiased variance of the batch, as PyTorch keeps them', () => {
    const x = normal([2, 2, 2, 3], 'x');
    const { mean, variance, count } = statistics(x);
    const result = batchNormTraining(
      tf.tensor4d(Float32Array.from(x.data), [2, 2, 2, 3]),
      tf.ones([3]),
      tf.zeros([3]),
    );
    assertClose(result.mean.dataSync(), mean, 2e-6, 'mean');
    const unbiased = variance.map((value) => (value * count) / (count - 1));
    assertClose(result.variance.dataSync(), unbiased, 2e-6, 'variance');
  });

  it('moves running statistics by a tenth', () => {
    const moved = updateRunning(tf.tensor1d([1, 2]), tf.tensor1d([3, -8]));
    assertClose(moved.dataSync(), [1.2, 1], 1e-6, 'running');
  });

  it('refuses a single value per channel in training, as PyTorch does', () => {
    const x = tf.ones([1, 1, 1, 3]) as Tensor4D;
    assert.throws(
      () => batchNormTraining(x, tf.ones([3]), tf.zeros([3])),
      /one value per channel; training needs at least two/,
    );
  });

  it('names both widths where scale and input differ', () => {
    const x = tf.ones([2, 2, 2, 3]) as Tensor4D;
    assert.throws(
      () => batchNormTraining(x, tf.ones([4]), tf.zeros([4])),
      /3 channels, its scale 4/,
    );
  });
});

describe('folding batch norm into the convolution before it', () => {
  const fill = (shape: readonly number[], seed: number, offset = 0) =>
    tf.tensor(
      Float32Array.from(
        { length: shape.reduce((a, b) => a * b, 1) },
        (_, i) => offset + Math.sin(i * 1.7 + seed),
      ),
      [...shape],
    );

  for (const [name, weight, inputs, biased] of [
    ['plain', [3, 3, 4, 6], 4, false],
    ['with a bias', [3, 3, 4, 6], 4, true],
    ['depthwise', [3, 3, 6, 1], 6, false],
  ] as const) {
    it(`gives what both give, within rounding: ${name}`, () => {
      tf.tidy(() => {
        const x = fill([2, 5, 5, inputs], 1) as Tensor4D;
        const w = fill(weight, 2) as Tensor4D;
        const bias = biased ? (fill([6], 3) as Tensor1D) : null;
        const norm = {
          scale: fill([6], 4, 2) as Tensor1D,
          offset: fill([6], 5) as Tensor1D,
          mean: fill([6], 6) as Tensor1D,
          variance: fill([6], 7, 1.5) as Tensor1D,
        };
        const run = weight[3] === 1 ? depthwiseConv2d : conv2d;
        const both = batchNormInference(
          run(x, w, { padding: 1 }, bias),
          norm.scale,
          norm.offset,
          norm.mean,
          norm.variance,
        ).dataSync();
        const folded = foldBatchNorm(w, bias, norm);
        const one = run(x, folded.weight, { padding: 1 }, folded.bias).dataSync();
        const size = Math.max(...both.map(Math.abs));
        both.forEach((value, i) => {
          assert.ok(Math.abs(value - (one[i] as number)) < 1e-6 * size, `${i}`);
        });
      });
    });
  }
});
