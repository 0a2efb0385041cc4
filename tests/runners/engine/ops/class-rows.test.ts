import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classRows } from '../../../../runners/engine/ops/index.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';

test('labels become rows, of a single class too, and labels that are no class have none', () => {
  const labels = tf.tensor1d([0, 1, 2], 'int32');
  assert.deepEqual(classRows(labels, 2).arraySync(), [
    [1, 0],
    [0, 1],
    [0, 0],
  ]);
  assert.deepEqual(classRows(labels, 1).arraySync(), [[1], [0], [0]]);
  assert.deepEqual(classRows(labels, 1, -1, 1).arraySync(), [[-1], [1], [1]]);
  const two = tf.tensor2d([[0, 1]], [1, 2], 'int32');
  assert.deepEqual(classRows(two, 1).arraySync(), [[[1], [0]]]);
  assert.equal(classRows(two, 1).dtype, classRows(two, 3).dtype);
});
