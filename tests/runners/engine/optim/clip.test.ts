import assert from 'node:assert/strict';
import { it } from 'node:test';
import { clipByGlobalNorm } from '../../../../runners/engine/optim/index.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';

function clipped(largest: number): number[] {
  return tf.tidy(() => {
    const gradients = { a: tf.tensor1d([3, 0]), b: tf.tensor2d([[0], [4]]) };
    const result = clipByGlobalNorm(gradients, largest);
    return [...(result['a']?.dataSync() ?? []), ...(result['b']?.dataSync() ?? [])];
  });
}

it('scales gradients down to a norm as torch does, and never up', () => {
  // The norm is 5; torch divides by 5.000001.
  const expected = [3, 0, 0, 4].map((value) => Math.fround(value * Math.fround(2 / 5.000001)));
  clipped(2).forEach((value, index) => {
    assert.ok(Math.abs(value - (expected[index] as number)) < 1e-6);
  });
  assert.deepEqual(clipped(5.1), [3, 0, 0, 4]);
});
