import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scalar, Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import {
  crossAttention,
  gelu,
  layerNorm,
  linear,
  lossAndGradients,
  normLinear,
  rollMap,
  selfAttention,
  unfold,
} from '../../../../runners/engine/ops/index.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';

// PyTorch's values and gradients of all of them together: models/mini_timm_*.json.

const numbers = (count: number) =>
  Float32Array.from({ length: count }, (_, at) => ((at * 7) % 11) / 5 - 1);
const close = (actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-5) => {
  assert.equal(actual.length, expected.length);
  expected.forEach((value, at) => {
    const own = actual[at] as number;
    assert.ok(Math.abs(own - value) < tolerance, `${at}: ${own}, expected ${value}`);
  });
};

/** Compares the gradient of `run` with the slopes of small changes of some values. */
function slopesAgree(values: Float32Array, shape: number[], run: (x: Tensor) => Tensor): void {
  const weight = tf.tensor(
    Float32Array.from(values, (_, at) => ((at * 5) % 7) - 3),
    shape,
  );
  const total = (x: Tensor) => tf.sum(tf.mul(run(x), weight)) as Scalar;
  const x = tf.tensor(values, shape);
  const { gradients } = lossAndGradients({ x }, () => ({ loss: total(x), aux: {} }));
  const own = (gradients['x'] as Tensor).dataSync();
  for (const index of [0, 3, values.length - 1]) {
    const step = 1e-2;
    const at = (change: number) =>
      total(
        tf.tensor(
          values.map((v, i) => (i === index ? v + change : v)),
          shape,
        ),
      ).dataSync()[0];
    const slope = ((at(step) as number) - (at(-step) as number)) / (2 * step);
    const value = own[index] as number;
    assert.ok(Math.abs(slope - value) < 2e-2 * Math.max(1, Math.abs(value)), `${index}: ${value}`);
  }
}

test('layer norm gives every row the mean 0 and the deviation 1, then scale and offset', () => {
  const x = tf.tensor2d([1, 3, 5, 5], [2, 2]);
  const scale = tf.tensor1d([1, 2]);
  const offset = tf.tensor1d([0, 10]);
  const unit = 1 / Math.sqrt(1 + 1e-6);
  close(layerNorm(x, { scale, offset, epsilon: 1e-6 }).dataSync(), [-unit, 10 + 2 * unit, 0, 10]);
  const one = tf.ones([3]) as Tensor1D;
  const zero = tf.zeros([3]) as Tensor1D;
  slopesAgree(numbers(12), [2, 2, 3], (each) =>
    layerNorm(each, { scale: one, offset: zero, epsilon: 1e-6 }),
  );
  const refused = { code: 'ENGINE_SHAPE' };
  const wide = { scale: one, offset: zero, epsilon: 1e-6 };
  assert.throws(() => layerNorm(x, wide), refused);
  assert.throws(() => normLinear(x, wide, tf.zeros([2, 1]), null), refused);
});

test('a layer norm and a linear layer together are what they are one after the other', () => {
  const x = tf.tensor3d(numbers(12), [2, 2, 3]);
  const scale = tf.tensor1d([0.5, 2, -1]);
  const offset = tf.tensor1d([0.1, -0.2, 3]);
  const weight = tf.tensor2d(numbers(12), [3, 4]);
  const bias = tf.tensor1d([1, 2, 3, 4]);
  const both = (of: (given: Record<string, Tensor>) => Tensor) => {
    const given = { x, scale, offset, weight, bias };
    const { loss, gradients } = lossAndGradients(given, () => ({
      loss: tf.sum(tf.square(of(given))) as Scalar,
      aux: {},
    }));
    return [loss, ...Object.values(gradients)].map((tensor) => [...tensor.dataSync()]);
  };
  for (const biased of [true, false]) {
    const added = biased ? bias : null;
    const apart = both(() => linear(layerNorm(x, { scale, offset, epsilon: 1e-6 }), weight, added));
    const joined = both(() => normLinear(x, { scale, offset, epsilon: 1e-6 }, weight, added));
    joined.forEach((values, index) => {
      close(values, apart[index] as number[], 2e-3);
    });
  }
});

test('GELU is the exact one', () => {
  // x Phi(x), from a table of the normal distribution.
  const expected = [-0.158_655_25, 0, 0.345_731_23, 0.841_344_75, 1.954_499_74];
  close(gelu(tf.tensor1d([-1, 0, 0.5, 1, 2])).dataSync(), expected, 1e-6);
  slopesAgree(numbers(8), [8], (x) => gelu(x));
});

test('what rolls out of a map on one side comes in on the other', () => {
  const x = tf.tensor4d([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
  assert.deepEqual([...rollMap(x, -1, -1).dataSync()], [5, 6, 4, 2, 3, 1]);
  assert.deepEqual([...rollMap(rollMap(x, -1, -1), 1, 1).dataSync()], [1, 2, 3, 4, 5, 6]);
  slopesAgree(numbers(6), [1, 2, 3, 1], (each) => rollMap(each as Tensor4D, 1, 1));
});

test('attention mixes values by the similarity of queries and keys, head by head', () => {
  // One picture, two tokens, one head of one channel: q = 1, 0; k = 2, 0; v = 10, 20.
  const qkv = tf.tensor3d([1, 2, 10, 0, 0, 20], [1, 2, 3]);
  const share = Math.exp(2) / (Math.exp(2) + 1);
  close(selfAttention(qkv, 1).dataSync(), [10 * share + 20 * (1 - share), 15], 1e-4);
  // A bias of -100 hides the second token from the first.
  const bias = tf.tensor4d([0, -100, 0, 0], [1, 1, 2, 2]);
  close(selfAttention(qkv, 1, bias).dataSync(), [10, 15], 1e-4);
  slopesAgree(numbers(2 * 3 * 12), [2, 3, 12], (x) => {
    const mixed = selfAttention(x as Tensor3D, 2);
    return tf.concat([mixed, mixed, mixed], 2);
  });
});

test('queries may be of other tokens than keys and values', () => {
  const numbered = tf.tensor3d(numbers(2 * 3 * 12), [2, 3, 12]);
  const [queries, pairs] = tf.split(numbered, [4, 8], 2) as [Tensor3D, Tensor3D];
  const own = crossAttention(queries, pairs, 2).dataSync();
  close(own, [...selfAttention(numbered, 2).dataSync()], 1e-6);
  const fewer = tf.slice(pairs, [0, 0, 0], [2, 2, 8]);
  assert.deepEqual(crossAttention(queries, fewer, 2).shape, [2, 3, 4]);
  slopesAgree(numbers(24), [2, 3, 4], (x) => crossAttention(x as Tensor3D, fewer, 2));
  slopesAgree(numbers(24), [2, 3, 4], (x) =>
    crossAttention(queries, tf.concat([x, x], 2) as Tensor3D, 2),
  );
});

test('a bias of attention has the sum of the gradients of all pictures of its window', () => {
  const qkv = tf.tensor3d(numbers(4 * 2 * 6), [4, 2, 6]);
  slopesAgree(numbers(16), [2, 2, 2, 2], (bias) => {
    const mixed = selfAttention(qkv, 2, bias as Tensor4D);
    return mixed.reshape([2, 2, 2, 2]);
  });
});

test('windows of a map stand side by side, channel by channel', () => {
  const map = tf.tensor4d([1, 10, 2, 20, 3, 30, 4, 40], [1, 2, 2, 2]);
  const windows = unfold(map, { kernel: 2, padding: 1, stride: 2 });
  assert.deepEqual(windows.shape, [1, 2, 2, 8]);
  const corners = [0, 0, 0, 1, 0, 0, 0, 10, 0, 0, 2, 0, 0, 0, 20, 0];
  assert.deepEqual([...windows.dataSync()].slice(0, 16), corners);
  slopesAgree(numbers(8), [1, 2, 2, 2], (x) => {
    const all = unfold(x as Tensor4D, { kernel: 2, padding: 1, stride: 1 });
    return tf.sum(all.reshape([9, 8]), 0).reshape([1, 2, 2, 2]);
  });
});

test('widths, heads and biases that do not fit are refused', () => {
  const qkv = tf.zeros([4, 2, 6]) as Tensor3D;
  const refused = { code: 'ENGINE_SHAPE' };
  assert.throws(() => selfAttention(qkv, 4), refused);
  assert.throws(() => selfAttention(qkv, 2, tf.zeros([1, 1, 2, 2])), refused);
  assert.throws(() => selfAttention(qkv, 2, tf.zeros([3, 2, 2, 2])), refused);
});
