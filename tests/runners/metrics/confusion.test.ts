import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfusionMatrix } from '../../../runners/metrics/confusion.ts';

// That whole maps give mmseg's figures is in tests/runners/parity (segm/metrics.json).

test('areas are summed over pictures before they are divided', () => {
  const matrix = new ConfusionMatrix(2);
  matrix.add([0, 0, 1, 1], [0, 1, 1, 255]);
  matrix.add([1], [1]);
  assert.deepEqual([...matrix.counts], [1, 0, 1, 2]);
  const { aAcc, mIoU, mAcc, mDice } = matrix.metrics();
  assert.deepEqual([aAcc, mIoU], [3 / 4, (1 / 2 + 2 / 3) / 2]);
  assert.deepEqual([mAcc, mDice], [(1 + 2 / 3) / 2, (2 / 3 + 4 / 5) / 2]);
});

test('whatever is predicted on an ignored pixel counts nowhere, even where it is no class', () => {
  const matrix = new ConfusionMatrix(2, { ignoreIndex: 9 });
  matrix.add([1, 77], [1, 9]);
  assert.deepEqual([...matrix.counts], [0, 0, 0, 1]);
});

test('maps that do not fit and classes that are none are refused', () => {
  const matrix = new ConfusionMatrix(2);
  assert.throws(() => matrix.add([0], [0, 1]), /prediction has 1 pixels, but the truth has 2/);
  assert.throws(() => matrix.add([0, 2], [0, 1]), /Pixel 1 has the label 1 and the prediction 2/);
  assert.throws(() => matrix.add([0], [3]), /Pixel 0 has the label 3/);
  assert.throws(
    () => new ConfusionMatrix(2, { reduceZeroLabel: true }).add([0, 0], [0, 3]),
    /Pixel 1 has the label 3 and the prediction 0, but there are 2 classes/,
  );
});
