import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import { EngineError } from '../../../../runners/engine/errors.ts';
import { lossAndGradients, resizeBilinear } from '../../../../runners/engine/ops/index.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';

const row = tf.tensor4d([0, 10, 20], [1, 1, 3, 1]);
const values = (map: Tensor4D) => [...map.dataSync()];

test('without aligned corners, positions are half-pixel centres and the edge is repeated', () => {
  // Target centres fall on source positions -0.25, 0.25, 0.75, 1.25, 1.75, 2.25.
  assert.deepEqual(values(resizeBilinear(row, [1, 6])), [0, 2.5, 7.5, 12.5, 17.5, 20]);
});

test('with aligned corners, the corners stay where they are', () => {
  assert.deepEqual(values(resizeBilinear(row, [1, 5], { alignCorners: true })), [0, 5, 10, 15, 20]);
});

test('the gradient gives every source value the weights with which it was used', () => {
  const { gradients } = lossAndGradients({ row }, () => ({
    loss: tf.sum(resizeBilinear(row, [1, 6])) as Scalar,
    aux: {},
  }));
  assert.deepEqual(values(gradients['row'] as Tensor4D), [2, 2, 2]);
});

test('the same size is the same map, and no size is an error', () => {
  assert.equal(resizeBilinear(row, [1, 3]), row);
  assert.throws(
    () => resizeBilinear(row, [0, 3]),
    (error: unknown) => error instanceof EngineError && error.code === 'ENGINE_SHAPE',
  );
});
