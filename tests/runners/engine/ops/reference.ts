import assert from 'node:assert/strict';
import type { Tensor } from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../../common/random.ts';
import { createProgram } from '../../../../runners/engine/program.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';
import type { TensorSpec } from '../../../../runners/engine/types.ts';

/** A tensor in double precision. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Normal numbers as float32 can hold them, the same in every run. */
export function normal(shape: readonly number[], name: string): Values {
  const stream = RandomStream.named(7, name);
  const size = shape.reduce((product, side) => product * side, 1);
  return { shape, data: Float64Array.from({ length: size }, () => Math.fround(stream.normal())) };
}

/** Element [b, y, x, c] of an NHWC map; `outside` beyond its border. */
export function at(map: Values, [b, y, x, c]: readonly number[], outside: number): number {
  const [, height, width, channels] = map.shape as [number, number, number, number];
  if (y! < 0 || x! < 0 || y! >= height || x! >= width) return outside;
  return map.data[((b! * height + y!) * width + x!) * channels + c!] as number;
}

/** Fills an NHWC map element by element. */
export function mapOf(
  shape: readonly [number, number, number, number],
  value: (b: number, y: number, x: number, c: number) => number,
): Values {
  const [batch, height, width, channels] = shape;
  const data = new Float64Array(batch * height * width * channels);
  let index = 0;
  for (let b = 0; b < batch; b += 1) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        for (let c = 0; c < channels; c += 1) {
          data[index] = value(b, y, x, c);
          index += 1;
        }
      }
    }
  }
  return { shape, data };
}

/** An operation and the same as a plain formula in double precision. */
export interface Comparison<Name extends string> {
  readonly inputs: Readonly<Record<Name, Values>>;
  run(tensors: Readonly<Record<Name, Tensor>>): Tensor;
  formula(values: Readonly<Record<Name, Values>>): Values;
  /** Relative to the largest value. */
  readonly tolerance?: number;
}

/**
 * Asserts that an operation and all its gradients equal the formula and its central differences, as
 * a recorded graph and eagerly. The gradients are those of sum(result * d) with fixed random
 * numbers d.
 */
export function assertEqualsFormula<Name extends string>({
  inputs,
  run,
  formula,
  tolerance = 2e-6,
}: Comparison<Name>): void {
  const names = Object.keys(inputs) as Name[];
  const expected = formula(inputs);
  const direction = normal(expected.shape, 'direction');
  const gradients = names.map((name) => differences(inputs, name, formula, direction));
  for (const mode of ['recorded', 'eager'] as const) {
    const actual = runOnce(mode, inputs, run, direction);
    assertClose(actual['y'] as Float32Array, expected.data, tolerance, `${mode} result`);
    names.forEach((name, index) => {
      const gradient = gradients[index] as Float64Array;
      // Central differences themselves are good to about 1e-7 here.
      assertClose(
        actual[`d_${name}`] as Float32Array,
        gradient,
        5 * tolerance,
        `${mode} d ${name}`,
      );
    });
  }
}

function runOnce<Name extends string>(
  mode: 'recorded' | 'eager',
  inputs: Readonly<Record<Name, Values>>,
  run: (tensors: Readonly<Record<Name, Tensor>>) => Tensor,
  direction: Values,
) {
  const names = Object.keys(inputs) as Name[];
  const spec = ({ shape }: Values): TensorSpec => ({ shape, dtype: 'float32' });
  const program = createProgram({
    mode,
    state: {},
    initial: {},
    functions: {
      check: {
        inputs: {
          ...Object.fromEntries(names.map((name) => [name, spec(inputs[name])])),
          direction: spec(direction),
        },
        run: (_, tensors) => {
          const y = run(tensors as Record<Name, Tensor>);
          assert.deepEqual(y.shape, direction.shape);
          const loss = (...values: Tensor[]) => {
            const own = Object.fromEntries(names.map((name, index) => [name, values[index]]));
            const result = run(own as Record<Name, Tensor>);
            return tf.sum(tf.mul(result, tensors['direction'] as Tensor));
          };
          const grads = tf.grads(loss)(names.map((name) => tensors[name] as Tensor));
          const named = names.map((name, index) => [`d_${name}`, grads[index] as Tensor]);
          return { outputs: { y, ...Object.fromEntries(named) }, state: {} };
        },
      },
    },
  });
  try {
    const arrays = names.map((name) => [name, Float32Array.from(inputs[name].data)]);
    return program.call('check', {
      ...Object.fromEntries(arrays),
      direction: Float32Array.from(direction.data),
    });
  } finally {
    program.dispose();
  }
}

function differences<Name extends string>(
  inputs: Readonly<Record<Name, Values>>,
  name: Name,
  formula: (values: Readonly<Record<Name, Values>>) => Values,
  direction: Values,
): Float64Array {
  const step = 1e-5;
  const { shape, data } = inputs[name];
  const loss = (index: number, change: number) => {
    const moved = Float64Array.from(data);
    moved[index] = (moved[index] as number) + change;
    const result = formula({ ...inputs, [name]: { shape, data: moved } });
    return result.data.reduce((sum, value, i) => sum + value * (direction.data[i] as number), 0);
  };
  return Float64Array.from(
    data,
    (_, index) => (loss(index, step) - loss(index, -step)) / (2 * step),
  );
}

export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  const scale = Math.max(...Array.from(expected, Math.abs), Number.MIN_VALUE);
  Array.from(expected).forEach((value, index) => {
    const error = Math.abs((actual[index] as number) - value) / scale;
    assert.ok(error <= tolerance, `${what}[${index}]: ${actual[index]} instead of ${value}`);
  });
}
