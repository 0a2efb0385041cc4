import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { recordsForGpu } from '../target.ts';
import { tf } from '../tensorflow.ts';
import { attribute, defineOp, executeOne } from './native.ts';

/**
 * Entries of `values` [n, ...] at `indices` [k] int32: [k, ...]. The gradient of an entry is the
 * sum over where it was taken. (tf.js's own gather reads its indices back.)
 */
export function takeRows<T extends Tensor>(values: T, indices: Tensor1D): T {
  return takeOp({ values, indices }, { rows: values.shape[0] as number })[0] as T;
}

/**
 * Sums of values by row: entry i of `values` [...k, ...] is added to row `indices`[i] of [count,
 * ...], in the order of the entries. Without gradient.
 */
export function addRows(values: Tensor, indices: Tensor, count: number): Tensor {
  return executeOne(
    'UnsortedSegmentSum',
    [
      attribute.type('T'),
      attribute.type('Tindices', 'int32'),
      attribute.type('Tnumsegments', 'int32'),
    ],
    [values, indices, tf.scalar(count, 'int32')],
  );
}

const takeOp = defineOp<'values' | 'indices', { readonly rows: number }>('TakeRows', {
  forward: ({ values, indices }) => [
    executeOne(
      'GatherV2',
      [
        attribute.type('Tparams'),
        attribute.type('Tindices', 'int32'),
        attribute.type('Taxis', 'int32'),
      ],
      [values, indices, tf.scalar(0, 'int32')],
    ),
  ],
  saveInputs: ['indices'],
  saveOutputs: [false],
  gradient: (dy, [indices], { rows }) => ({
    values: () => addRows(dy, indices as Tensor, rows),
  }),
});

/**
 * `rows` [n, D] with the rows at `indices` [B] int32 replaced by `values` [B, D]; indices must
 * differ. Without gradient: it makes the new value of a buffer.
 */
export function replaceRows(rows: Tensor2D, indices: Tensor1D, values: Tensor2D): Tensor2D {
  return replaceOp({ rows, indices, values }, {})[0] as Tensor2D;
}

const replaceOp = defineOp<'rows' | 'indices' | 'values', object>('ReplaceRows', {
  forward: ({ rows, indices, values }) => [
    executeOne(
      'TensorScatterUpdate',
      [attribute.type('T'), attribute.type('Tindices', 'int32')],
      [rows, indices.reshape([-1, 1]), values],
    ),
  ],
  saveInputs: ['values'],
  saveOutputs: [false],
  gradient: (dy, [values]) => ({
    rows: () => tf.zerosLike(dy),
    values: () => tf.zerosLike(values as Tensor),
  }),
});

/**
 * `x` [1, ...] `count` times, one below the other: [count, ...]. Its gradient is the sum over them,
 * on a CPU in their order (tf.js's `tile`), on a GPU by one operation instead of two for each.
 */
export function repeated<T extends Tensor>(x: T, count: number): T {
  const counts = x.shape.map((_, axis) => (axis === 0 ? count : 1));
  if (!recordsForGpu()) return tf.tile(x, counts);
  return tf.customGrad((given) => ({
    value: tf.tile(given as Tensor, counts),
    gradFunc: (dy: Tensor) => tf.sum(dy, 0, true),
  }))(x) as T;
}
