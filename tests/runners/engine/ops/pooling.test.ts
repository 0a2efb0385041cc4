import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import {
  adaptiveAvgPool,
  avgPool,
  globalAverage,
  maxPool,
} from '../../../../runners/engine/ops/index.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';
import { assertEqualsFormula, at, mapOf, normal, type Values } from './reference.ts';

/** PyTorch's sliding windows: `reduce` gets the values of a window, NaN for padding. */
function windows(
  x: Values,
  kernel: number,
  stride: number,
  padding: number,
  reduce: (values: number[]) => number,
): Values {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const size = (n: number) => Math.floor((n + 2 * padding - kernel) / stride) + 1;
  return mapOf([batch, size(height), size(width), channels], (b, row, column, c) => {
    const values: number[] = [];
    for (let i = 0; i < kernel; i += 1) {
      for (let j = 0; j < kernel; j += 1) {
        values.push(
          at(x, [b, row * stride - padding + i, column * stride - padding + j, c], Number.NaN),
        );
      }
    }
    return reduce(values);
  });
}

const real = (values: number[]) => values.filter((value) => !Number.isNaN(value));
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
const x = normal([2, 7, 6, 3], 'x');

describe('pooling equals PyTorch’s definition, gradients too', () => {
  it('max, 3x3, stride 2, padding 1 counts as minus infinity', () => {
    // All negative: a padding of zeros would win at the border.
    const negative = { ...x, data: x.data.map((value) => -1 - Math.abs(value)) };
    assertEqualsFormula({
      inputs: { x: negative },
      run: (given) => maxPool(given.x as Tensor4D, 3, { stride: 2, padding: 1 }),
      formula: (given) => windows(given.x, 3, 2, 1, (values) => Math.max(...real(values))),
    });
  });

  it('max, 2x2: an odd row is left out', () => {
    assertEqualsFormula({
      inputs: { x },
      run: (given) => maxPool(given.x as Tensor4D, 2),
      formula: (given) => windows(given.x, 2, 2, 0, (values) => Math.max(...values)),
    });
  });

  for (const countIncludePad of [true, false]) {
    it(`average, 3x3, stride 2, padding ${countIncludePad ? '' : 'not '}counted`, () => {
      assertEqualsFormula({
        inputs: { x },
        run: (given) => avgPool(given.x as Tensor4D, 3, { stride: 2, padding: 1, countIncludePad }),
        formula: (given) =>
          windows(
            given.x,
            3,
            2,
            1,
            (values) => sum(real(values)) / (countIncludePad ? 9 : real(values).length),
          ),
      });
    });
  }

  it('global average', () => {
    assertEqualsFormula({
      inputs: { x },
      run: (given) => globalAverage(given.x as Tensor4D),
      formula: (given) => {
        const data = new Float64Array(6);
        given.x.data.forEach((value, index) => {
          data[Math.floor(index / (7 * 6 * 3)) * 3 + (index % 3)]! += value / 42;
        });
        return { shape: [2, 3], data };
      },
    });
  });

  for (const [side, size] of [
    [8, 4],
    [7, 4],
    [2, 4],
    [4, 4],
    [5, 1],
  ] as const) {
    it(`adaptive average of ${side}x${side} to ${size}x${size}`, () => {
      const bounds = (index: number) => [
        Math.floor((index * side) / size),
        Math.ceil(((index + 1) * side) / size),
      ];
      assertEqualsFormula({
        inputs: { x: normal([1, side, side, 2], 'x') },
        run: (given) => adaptiveAvgPool(given.x as Tensor4D, size),
        formula: (given) =>
          mapOf([1, size, size, 2], (b, row, column, c) => {
            const values: number[] = [];
            const [top, bottom] = bounds(row) as [number, number];
            const [left, right] = bounds(column) as [number, number];
            for (let y = top; y < bottom; y += 1) {
              for (let xx = left; xx < right; xx += 1) values.push(at(given.x, [b, y, xx, c], 0));
            }
            return sum(values) / values.length;
          }),
      });
    });
  }

  it('refuses padding of more than half a kernel', () => {
    const map = tf.zeros([1, 4, 4, 1]) as Tensor4D;
    assert.throws(() => maxPool(map, 3, { padding: 2 }), /exceeds half of the kernel/);
  });
});
