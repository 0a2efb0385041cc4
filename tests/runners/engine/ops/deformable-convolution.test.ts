import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { EngineError } from '../../../../runners/engine/errors.ts';
import { conv2d, deformableConv2d } from '../../../../runners/engine/ops/index.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';
import { assertEqualsFormula, at, mapOf, normal, type Values } from './reference.ts';

const tensor = ({ data, shape }: Values) =>
  tf.tensor(Array.from(data), [...shape] as [number, number, number, number]);

/** Bilinear interpolation with zeros around the map. */
function sample(x: Values, b: number, y: number, column: number, c: number): number {
  const [top, left] = [Math.floor(y), Math.floor(column)];
  const [down, across] = [y - top, column - left];
  const value = (i: number, j: number) => at(x, [b, top + i, left + j, c], 0);
  const row = (i: number) => (1 - across) * value(i, 0) + across * value(i, 1);
  return (1 - down) * row(0) + down * row(1);
}

/** Equation 2 of the paper, with D groups of offsets; 3 x 3, stride 1, padding 1, no groups. */
function reference(x: Values, offset: Values, weight: Values): Values {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const outputs = weight.shape[3] as number;
  const groups = (offset.shape[3] as number) / 18;
  return mapOf([batch, height, width, outputs], (b, row, column, o) => {
    let sum = 0;
    for (let tap = 0; tap < 9; tap += 1) {
      for (let c = 0; c < channels; c += 1) {
        const group = Math.floor(c / (channels / groups));
        const from = (group * 9 + tap) * 2;
        const y = row - 1 + Math.floor(tap / 3) + at(offset, [b, row, column, from], 0);
        const across = column - 1 + (tap % 3) + at(offset, [b, row, column, from + 1], 0);
        const w = weight.data[(tap * channels + c) * outputs + o] as number;
        sum += w * sample(x, b, y, across, c);
      }
    }
    return sum;
  });
}

const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

function assertNear(actual: Tensor, expected: ArrayLike<number>, what: string): void {
  const own = actual.dataSync();
  const error = largest(own.map((value, index) => value - (expected[index] as number)));
  assert.equal(own.length, expected.length, what);
  assert.ok(error <= 1e-5 * largest(expected), `${what}: ${error}`);
}

describe('deformable convolution', () => {
  it('with two groups of offsets equals its definition, gradients too', () => {
    assertEqualsFormula({
      inputs: {
        x: normal([2, 4, 5, 4], 'x'),
        offset: normal([2, 4, 5, 36], 'offset'),
        weight: normal([3, 3, 4, 2], 'weight'),
      },
      run: ({ x, offset, weight }) =>
        deformableConv2d(x as Tensor4D, offset as Tensor4D, weight as Tensor4D, { padding: 1 }),
      formula: ({ x, offset, weight }) => reference(x, offset, weight),
    });
  });

  it('is a plain convolution without offsets, also where the taps are taken in parts', () => {
    // Wide enough that not all nine taps fit into one part.
    const [x, weight] = [normal([1, 16, 16, 2 ** 13], 'x'), normal([3, 3, 2 ** 13, 1], 'weight')];
    const offset = tf.zeros([1, 16, 16, 18]) as Tensor4D;
    const inputs = [x, weight].map(tensor);
    const [plain, deformed] = [
      (a: Tensor, b: Tensor) => conv2d(a as Tensor4D, b as Tensor4D, { padding: 1 }),
      (a: Tensor, b: Tensor) =>
        deformableConv2d(a as Tensor4D, offset, b as Tensor4D, { padding: 1 }),
    ].map((run) => tf.grads((a, b) => tf.sum(tf.square(run(a, b))))(inputs)) as [
      Tensor[],
      Tensor[],
    ];
    plain.forEach((expected, index) => {
      assertNear(deformed[index] as Tensor, expected.dataSync(), `gradient ${index}`);
    });
  });

  it('gives samples at one cell outside neither value nor gradient', () => {
    const x = tf.ones([1, 3, 3, 1]) as Tensor4D;
    const weight = tf.ones([3, 3, 1, 1]) as Tensor4D;
    const grad = tf.grad((offset) =>
      tf.sum(deformableConv2d(x, offset as Tensor4D, weight, { padding: 1 })),
    )(tf.zeros([1, 3, 3, 18]));
    // The first tap of the first position looks at (-1, -1).
    assert.deepEqual([...grad.dataSync().slice(0, 2)], [0, 0]);
  });

  it('an offset that is not a number makes the result no number, and no fault', () => {
    const x = tf.ones([1, 3, 3, 1]) as Tensor4D;
    const offset = tf.fill([1, 3, 3, 18], Number.NaN) as Tensor4D;
    const y = deformableConv2d(x, offset, tf.ones([3, 3, 1, 1]) as Tensor4D, { padding: 1 });
    assert.ok(y.dataSync().every(Number.isNaN));
  });

  it('says what does not fit', () => {
    const zeros = (...shape: [number, number, number, number]) => tf.zeros(shape) as Tensor4D;
    const call = (offset: Tensor4D, mask: Tensor4D | null = null) =>
      deformableConv2d(zeros(1, 4, 4, 6), offset, zeros(3, 3, 6, 2), { padding: 1 }, { mask });
    const wrong: [Tensor4D, Tensor4D | null, RegExp][] = [
      [zeros(1, 4, 3, 18), null, /the offsets \[1,4,3,18\] must be \[1,4,4,n\]/],
      [zeros(1, 4, 4, 17), null, /the offsets/],
      [zeros(1, 4, 4, 72), null, /divisor of the input's 6 channels/],
      [zeros(1, 4, 4, 18), zeros(1, 4, 4, 18), /the mask \[1,4,4,18\] must be \[1,4,4,9\]/],
    ];
    for (const [offset, mask, message] of wrong) {
      assert.throws(
        () => call(offset, mask),
        (error: unknown) => error instanceof EngineError && message.test(error.message),
      );
    }
  });
});
