import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { attribute, execute, executeOne } from './native.ts';

/*
 * Operations that choose. None has a gradient: they work on detached values.
 */

export interface TopEntries {
  /** Falling; among equal values the first comes first. */
  readonly values: Tensor2D;
  /** int32 places in the rows. */
  readonly indices: Tensor2D;
}

/** The `count` largest entries of every row of x [B, N]: [B, count]. */
export function topEntries(x: Tensor2D, count: number): TopEntries {
  const [values, indices] = execute(
    'TopKV2',
    [
      attribute.flag('sorted', true),
      attribute.type('T'),
      attribute.type('Tk', 'int32'),
      attribute.type('index_type', 'int32'),
    ],
    [x, tf.scalar(count, 'int32')],
    2,
  ) as [Tensor2D, Tensor2D];
  return { values, indices };
}

/** Rows of each picture: `values` [B, N, ...] at `indices` [B, K] int32 give [B, K, ...]. */
export function takeFromEach<T extends Tensor>(values: T, indices: Tensor2D): T {
  return executeOne(
    'GatherV2',
    [
      attribute.integer('batch_dims', 1),
      attribute.type('Tparams', values.dtype === 'int32' ? 'int32' : 'float32'),
      attribute.type('Tindices', 'int32'),
      attribute.type('Taxis', 'int32'),
    ],
    [values, indices, tf.scalar(1, 'int32')],
  ) as T;
}

export interface SuppressionOptions {
  /** Boxes that are kept at most; the result has this size. */
  readonly most: number;
  /** A box goes when its overlap with a better one is greater than this. */
  readonly iouThreshold: number;
  /** Only boxes with a greater score take part. */
  readonly scoreThreshold: number;
}

export interface Suppressed {
  /** [most] int32 places by falling score; 0 where there are no more. */
  readonly indices: Tensor1D;
  /** How many there are, int32. */
  readonly count: Scalar;
}

/**
 * Greedy non-maximum suppression in a fixed shape. Among equal scores the first comes first.
 *
 * @param boxes [N, 4]
 * @param scores [N]
 */
export function suppress(
  boxes: Tensor2D,
  scores: Tensor1D,
  options: SuppressionOptions,
): Suppressed {
  const [indices, count] = execute(
    'NonMaxSuppressionV4',
    [
      attribute.type('T'),
      attribute.type('T_threshold'),
      attribute.flag('pad_to_max_output_size', true),
    ],
    [
      boxes,
      scores,
      tf.scalar(options.most, 'int32'),
      tf.scalar(options.iouThreshold),
      tf.scalar(options.scoreThreshold),
    ],
    2,
  ) as [Tensor1D, Scalar];
  return { indices, count };
}

/**
 * Uniform numbers in [0, 1) of a shape that follow from a seed [2] int32 (Philox; Salmon et al.
 * 2011).
 */
export function statelessUniform(shape: readonly number[], seed: Tensor1D): Tensor {
  return stateless('StatelessRandomUniform', shape, seed);
}

/** Standard normal numbers of a shape that follow from a seed [2] int32. */
export function statelessNormal(shape: readonly number[], seed: Tensor1D): Tensor {
  return stateless('StatelessRandomNormal', shape, seed);
}

function stateless(operation: string, shape: readonly number[], seed: Tensor1D): Tensor {
  return executeOne(
    operation,
    [attribute.type('dtype'), attribute.type('T', 'int32'), attribute.type('Tseed', 'int32')],
    [tf.tensor1d([...shape], 'int32'), seed],
  );
}

/**
 * Rows [..., classes] that have `on` at each label [...], else `off`; a label that is no class has
 * none. As `tf.oneHot`, which refuses a single class.
 */
export function classRows(labels: Tensor, classes: number, on = 1, off = 0): Tensor {
  if (classes > 1) return tf.oneHot(labels, classes, on, off, 'float32');
  const own = tf.cast(tf.equal(labels, tf.scalar(0, 'int32')), 'float32');
  return tf.add(tf.mul(own.reshape([...labels.shape, 1]), on - off), off);
}

/**
 * One of two tensors of equal shape by a bool scalar. Unlike a product with 0 or 1 it lets no NaN
 * through.
 */
export function choose<T extends Tensor>(condition: Scalar, ifTrue: T, ifFalse: T): T {
  return executeOne('SelectV2', [attribute.type('T')], [condition, ifTrue, ifFalse]) as T;
}

/** The same element by element; the condition may have axes of length 1. Without gradient. */
export function chooseEach<T extends Tensor>(condition: Tensor, ifTrue: T, ifFalse: T): T {
  return executeOne('SelectV2', [attribute.type('T')], [condition, ifTrue, ifFalse]) as T;
}
