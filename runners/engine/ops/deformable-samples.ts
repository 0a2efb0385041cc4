import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import type { ConvolutionOptions } from './convolution.ts';
import { attribute, executeOne, shapeError } from './native.ts';
import { type Pair, pair, slidingWindow } from './window.ts';

/*
 * Where a deformable convolution looks. P is the number of the result's positions in all pictures,
 * T that of the kernel's taps, D that of offset groups.
 */

/** The sizes of one deformable convolution. */
export interface Geometry {
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly kernel: Pair;
  /** Height and width of the map and of the result. */
  readonly from: Pair;
  readonly to: Pair;
  readonly pictures: number;
  readonly channels: number;
  readonly outputs: number;
  readonly groups: number;
  readonly offsetGroups: number;
}

/** @throws EngineError `ENGINE_SHAPE` when channels, groups, offsets, mask and map do not fit */
export function geometryOf(
  x: Tensor4D,
  offset: Tensor4D,
  weight: Tensor4D,
  { groups = 1, ...window }: ConvolutionOptions,
  mask: Tensor4D | null,
): Geometry {
  const op = 'deformable conv2d';
  const [pictures, height, width, channels] = x.shape;
  const [rows, columns, perGroup, outputs] = weight.shape;
  if (channels !== perGroup * groups || outputs % groups !== 0) {
    throw shapeError(
      op,
      `the input [${x.shape}] has ${channels} channels, the weight [${weight.shape}] with ${groups} group(s) takes ${perGroup * groups}.`,
    );
  }
  const stride = pair(window.stride ?? 1);
  const padding = pair(window.padding ?? 0);
  const dilation = pair(window.dilation ?? 1);
  const kernel: Pair = [rows, columns];
  const to = slidingWindow(op, x.shape, kernel, stride, padding, dilation);
  const taps = rows * columns;
  const offsetGroups = offset.shape[3] / (2 * taps);
  const places = [pictures, ...to];
  const fits = offset.shape.slice(0, 3).join() === places.join();
  if (!fits || channels % offsetGroups !== 0) {
    throw shapeError(
      op,
      `the offsets [${offset.shape}] must be [${places},n], where n / ${2 * taps} is a divisor of the input's ${channels} channels.`,
    );
  }
  if (mask !== null && mask.shape.join() !== [...places, offsetGroups * taps].join()) {
    throw shapeError(op, `the mask [${mask.shape}] must be [${places},${offsetGroups * taps}].`);
  }
  return {
    ...{ stride, padding, dilation, kernel, from: [height, width], to },
    ...{ pictures, channels, outputs, groups, offsetGroups },
  };
}

/** One of the four cells that a sample lies between. */
export interface Corner {
  /**
   * [P, T, D] row of the map [B * H * W * D, C / D]: whole numbers in float32, with which a GPU
   * computes; in int32 where there are more rows than that has whole numbers.
   */
  readonly index: Tensor;
  /** [P, T, D] its part of the sample; 0 for cells outside of the map. */
  readonly weight: Tensor;
  /** [P, T, D] what that part gains when the sample moves down and across. */
  readonly down: Tensor;
  readonly across: Tensor;
}

/**
 * The four corners of every sample.
 *
 * @param offset [B, Ho, Wo, D * T * 2]
 */
export function cornersOf(geometry: Geometry, offset: Tensor): Corner[] {
  const { pictures, kernel, offsetGroups, from, to } = geometry;
  const count = kernel[0] * kernel[1];
  const shape = [pictures, ...to, count, offsetGroups];
  const pairs = toTaps(geometry, offset, 2).reshape([...shape, 2]);
  const axes = ([0, 1] as const).map((axis) => {
    const own = tf.slice(pairs, [0, 0, 0, 0, 0, axis], [...shape, 1]).reshape(shape);
    return axisOf(tf.add(own, gridOf(geometry, axis)), from[axis]);
  });
  const [vertical, horizontal] = axes as [AxisCells, AxisCells];
  const inside = tf.mul(vertical.inside, horizontal.inside);
  const flat = (x: Tensor) => x.reshape([-1, count, offsetGroups]);
  const rows = pictures * from[0] * from[1] * offsetGroups;
  const whole = rows <= 2 ** 24 ? 'float32' : 'int32';
  const multiples = (count: number, step: number) =>
    tf.tensor1d(
      Array.from({ length: count }, (_, index) => index * step),
      whole,
    );
  const base = multiples(pictures, from[0]).reshape([pictures, 1, 1, 1, 1]);
  const group = multiples(offsetGroups, 1);
  return vertical.ends.flatMap((row) =>
    horizontal.ends.map((column): Corner => {
      const [down, across] = [tf.cast(row.cell, whole), tf.cast(column.cell, whole)];
      const cell = tf.add(tf.mul(tf.add(base, down), tf.scalar(from[1], whole)), across);
      const index = tf.add(tf.mul(cell, tf.scalar(offsetGroups, whole)), group);
      const product = (a: Tensor, b: Tensor) => flat(tf.mul(tf.mul(a, b), inside));
      return {
        index: flat(index),
        weight: product(row.weight, column.weight),
        down: product(row.slope, column.weight),
        across: product(row.weight, column.slope),
      };
    }),
  );
}

/** The two cells of one axis beside each sample. */
interface AxisCells {
  readonly ends: readonly {
    /** Whole number within the map; 0 in place of a cell outside of it. */
    readonly cell: Tensor;
    readonly weight: Tensor;
    /** What the weight gains when the sample moves by one cell. */
    readonly slope: Tensor;
  }[];
  /** 1 for samples between -1 and the map's size. */
  readonly inside: Tensor;
}

function axisOf(at: Tensor, size: number): AxisCells {
  const low = tf.floor(at);
  const part = tf.sub(at, low);
  const flag = (condition: Tensor) => tf.cast(condition, 'float32');
  const between = (x: Tensor, least: number, most: number) =>
    flag(tf.logicalAnd(tf.greaterEqual(x, least), tf.lessEqual(x, most)));
  // What is not a number must not become a place outside of memory.
  const bounded = (x: Tensor, inside: Tensor) =>
    executeOne('MulNoNan', [attribute.type('T')], [x, inside]);
  const here = between(low, 0, size - 1);
  const next = between(low, -1, size - 2);
  return {
    ends: [
      { cell: bounded(low, here), weight: tf.mul(tf.sub(1, part), here), slope: tf.neg(here) },
      {
        cell: bounded(tf.add(low, 1), next),
        weight: tf.mul(part, next),
        slope: next,
      },
    ],
    inside: flag(tf.logicalAnd(tf.greater(at, -1), tf.less(at, size))),
  };
}

/** Where the taps of a plain convolution look on one axis: [1, Ho | 1, Wo | 1, T, 1]. */
function gridOf({ stride, padding, dilation, kernel, to }: Geometry, axis: 0 | 1): Tensor {
  const count = kernel[0] * kernel[1];
  const length = to[axis];
  const values = Float32Array.from({ length: length * count }, (_, at) => {
    const tap = at % count;
    const step = axis === 0 ? Math.floor(tap / kernel[1]) : tap % kernel[1];
    return Math.floor(at / count) * stride[axis] - padding[axis] + step * dilation[axis];
  });
  const shape = axis === 0 ? [1, length, 1, count, 1] : [1, 1, length, count, 1];
  return tf.tensor1d(values).reshape(shape);
}

/** [B, Ho, Wo, D * T * n] as [P, T, D, n]. */
export function toTaps(geometry: Geometry, x: Tensor, n: number): Tensor {
  const { kernel, offsetGroups } = geometry;
  const count = kernel[0] * kernel[1];
  if (offsetGroups === 1) return x.reshape([-1, count, 1, n]);
  return tf.transpose(x.reshape([-1, offsetGroups, count, n]), [0, 2, 1, 3]);
}

/** [P, T, D, n] as [B, Ho, Wo, D * T * n]. */
export function fromTaps(geometry: Geometry, x: Tensor): Tensor {
  const { pictures, to, offsetGroups } = geometry;
  const ordered = offsetGroups === 1 ? x : tf.transpose(x, [0, 2, 1, 3]);
  return ordered.reshape([pictures, ...to, -1]);
}
