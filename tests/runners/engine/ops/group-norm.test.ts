import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scalar, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { groupNorm, lossAndGradients } from '../../../../runners/engine/ops/index.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';

// PyTorch's values and gradients are compared in the parity test of a network that has the layer
// (det/gfl_r18.json).

const one = (count: number) => tf.ones([count]) as Tensor1D;
const zero = (count: number) => tf.zeros([count]) as Tensor1D;

test('each picture’s groups have the mean 0 and the deviation 1 of their own', () => {
  // Two pictures of one position and four channels: groups (1, 3), (10, 30) and (0, 2), (5, 5).
  const x = tf.tensor4d([1, 3, 10, 30, 0, 2, 5, 5], [2, 1, 1, 4]);
  const y = groupNorm(x, 2, one(4), zero(4)).dataSync();
  const scaled = (distance: number) => distance / Math.sqrt(distance ** 2 + 1e-5);
  const expected = [-scaled(1), scaled(1), -scaled(10), scaled(10), -scaled(1), scaled(1), 0, 0];
  expected.forEach((value, at) => {
    assert.ok(Math.abs((y[at] as number) - value) < 1e-6, `${at}: ${y[at]}`);
  });
  const moved = groupNorm(x, 2, tf.tensor1d([2, 2, 1, 1]), tf.tensor1d([5, 0, 0, 0])).dataSync();
  assert.ok(Math.abs((moved[0] as number) - (5 - 2 * scaled(1))) < 1e-5);
});

test('gradients are those of small changes', () => {
  const values = Float32Array.from({ length: 2 * 3 * 4 }, (_, at) => ((at * 7) % 11) / 5 - 1);
  const weight = tf.tensor4d(
    Float32Array.from({ length: 24 }, (_, at) => ((at * 5) % 7) - 3),
    [2, 3, 1, 4],
  );
  const run = (x: Tensor4D) => tf.sum(tf.mul(groupNorm(x, 2, one(4), zero(4)), weight));
  const at = (changed: Float32Array) =>
    run(tf.tensor4d(changed, [2, 3, 1, 4])).dataSync()[0] as number;
  const x = tf.tensor4d(values, [2, 3, 1, 4]);
  const { gradients } = lossAndGradients({ x }, () => ({ loss: run(x) as Scalar, aux: {} }));
  const own = (gradients['x'] as Tensor4D).dataSync();
  for (const index of [0, 5, 13, 23]) {
    const step = 1e-2;
    const [up, down] = [values.slice(), values.slice()];
    up[index] = (up[index] as number) + step;
    down[index] = (down[index] as number) - step;
    const slope = (at(up) - at(down)) / (2 * step);
    assert.ok(Math.abs(slope - (own[index] as number)) < 2e-2, `${index}: ${slope}, ${own[index]}`);
  }
});

test('channels that cannot be parted are refused', () => {
  assert.throws(() => groupNorm(tf.zeros([1, 1, 1, 5]), 2, one(5), zero(5)), {
    code: 'ENGINE_SHAPE',
  });
});
