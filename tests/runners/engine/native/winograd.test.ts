import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scalar, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { processorBfloat16 } from '../../../../runners/engine/bfloat16/processor.ts';
import { biasAdd, conv2d, lossAndGradients, relu } from '../../../../runners/engine/ops/index.ts';
import { withoutKernels, withoutWinograd } from '../../../../runners/engine/ops/kernels.ts';
import { attribute, executeOne } from '../../../../runners/engine/ops/native.ts';
import { createProgram } from '../../../../runners/engine/program.ts';
import { recordFunction } from '../../../../runners/engine/record.ts';
import { recordFor } from '../../../../runners/engine/target.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';
import type { FunctionSpec } from '../../../../runners/engine/types.ts';

type Sides = readonly [pictures: number, height: number, width: number, inputs: number];

/** Numbers without a pattern that tiles could share. */
const random = (count: number, phase: number) =>
  Float32Array.from({ length: count }, (_, at) => {
    const turn = Math.sin((at + 1) * 12.9898 + phase) * 43758.5453;
    return 2 * (turn - Math.floor(turn)) - 1;
  });

const map = ([pictures, height, width, channels]: Sides, phase = 0) =>
  tf.tensor4d(random(pictures * height * width * channels, phase), [
    ...[pictures, height, width, channels],
  ] as [number, number, number, number]);

const kernelOf = (inputs: number, outputs: number) =>
  tf.tensor4d(random(9 * inputs * outputs, 1), [3, 3, inputs, outputs]);

const convolve = (x: Tensor4D, weight: Tensor4D, bias: Tensor1D | null = null) =>
  conv2d(x, weight, { padding: 1 }, bias);

/** A convolution and both of its gradients in 64 bits. */
function exactly([pictures, height, width, inputs]: Sides, outputs: number, phase: number) {
  const x = random(pictures * height * width * inputs, 0);
  const weight = random(9 * inputs * outputs, 1);
  const slopes = random(pictures * height * width * outputs, phase);
  const y = new Float64Array(slopes.length);
  const ofX = new Float64Array(x.length);
  const ofWeight = new Float64Array(weight.length);
  for (let place = 0; place < pictures * height * width; place += 1) {
    const [row, column] = [Math.floor(place / width) % height, place % width];
    for (let side = 0; side < 9; side += 1) {
      const [down, right] = [Math.floor(side / 3) - 1, (side % 3) - 1];
      if (row + down < 0 || row + down >= height) continue;
      if (column + right < 0 || column + right >= width) continue;
      const from = (place + down * width + right) * inputs;
      for (let input = 0; input < inputs; input += 1) {
        const value = x[from + input] as number;
        for (let output = 0; output < outputs; output += 1) {
          const at = (side * inputs + input) * outputs + output;
          const slope = slopes[place * outputs + output] as number;
          y[place * outputs + output] =
            (y[place * outputs + output] as number) + value * (weight[at] as number);
          ofX[from + input] = (ofX[from + input] as number) + slope * (weight[at] as number);
          ofWeight[at] = (ofWeight[at] as number) + slope * value;
        }
      }
    }
  }
  return [y, ofX, ofWeight] as const;
}

/** The root of the mean squared error, in shares of that of the values. */
function errorOf(values: ArrayLike<number>, exact: Float64Array): number {
  let [error, size] = [0, 0];
  exact.forEach((value, at) => {
    error += ((values[at] as number) - value) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(error / size);
}

/** One value in place of another: of the map, the weight or the slopes. */
interface Change {
  readonly of: string;
  readonly at: number;
  readonly value: number;
}

function changed<T extends Tensor>(tensor: T, name: string, change: Change | null): T {
  if (change?.of !== name) return tensor;
  const values = Float32Array.from(tensor.dataSync());
  values[change.at] = change.value;
  return tf.tensor(values, tensor.shape) as T;
}

function valueAndSlopes(
  sides: Sides,
  outputs: number,
  phase: number,
  change: Change | null = null,
): readonly Float32Array[] {
  const [pictures, height, width, inputs] = sides;
  const given = {
    x: changed(map(sides), 'x', change),
    weight: changed(kernelOf(inputs, outputs), 'weight', change),
  };
  const slopes = changed(map([pictures, height, width, outputs], phase), 'slopes', change);
  const { gradients, aux } = lossAndGradients(given, () => {
    const y = convolve(given.x, given.weight);
    return { loss: tf.sum(tf.mul(y, slopes)) as Scalar, aux: { y } };
  });
  return [aux.y, gradients['x'] as Tensor, gradients['weight'] as Tensor].map(
    (each) => each.dataSync() as Float32Array,
  );
}

test('a convolution in tiles and its gradients lose less than a digit beside TensorFlow', () => {
  for (const [sides, outputs] of [
    // Sides that tiles cover, and such that they do not; panels of one and of several groups.
    [[2, 8, 8, 32], 64],
    [[1, 7, 9, 64], 48],
    [[3, 10, 5, 80], 16],
  ] as const) {
    const exact = exactly(sides, outputs, 2);
    const own = valueAndSlopes(sides, outputs, 2);
    const direct = withoutKernels(() => valueAndSlopes(sides, outputs, 2));
    exact.forEach((values, at) => {
      const [error, other] = [own, direct].map((each) => errorOf(each[at] ?? [], values));
      const words = `${sides} to ${outputs}, ${['result', 'map', 'weight'][at]}: ${error}, ${other}`;
      assert.ok((error as number) > 0 && (error as number) < 8e-7, words);
      assert.ok((error as number) < (at === 2 ? 6 : 3) * (other as number), words);
      assert.notDeepEqual(own[at], direct[at], 'the kernel was used');
    });
  }
});

test('a picture has the same bits alone and at any place of a batch', () => {
  const weight = kernelOf(32, 64);
  const batch = map([7, 9, 8, 32]);
  const together = convolve(batch, weight);
  for (const at of [0, 3, 6]) {
    const alone = convolve(tf.slice(batch, [at, 0, 0, 0], [1, -1, -1, -1]), weight);
    const there = tf.slice(together, [at, 0, 0, 0], [1, -1, -1, -1]);
    assert.deepEqual(alone.dataSync(), there.dataSync());
  }
});

/** A convolution in a recorded function. */
const specOf = (sides: Sides, outputs: number, options: { stride?: number; kernel?: number }) => {
  const { stride = 1, kernel = 3 } = options;
  return {
    inputs: { x: { shape: sides, dtype: 'float32' } },
    run: (_, { x }) => {
      const weight = tf.zeros([kernel, kernel, sides[3], outputs]) as Tensor4D;
      const y = conv2d(x as Tensor4D, weight, { stride, padding: kernel >> 1 });
      return { outputs: { y }, state: {} };
    },
  } satisfies FunctionSpec;
};

function operationsOf(spec: FunctionSpec): string {
  const { nodes } = recordFunction('test', spec, {});
  const found = nodes.flatMap((node) => (node.kind === 'op' ? [node.op] : []));
  return found.filter((op) => /Conv2D|Winograd/.test(op)).join();
}

test('convolutions in tiles are those of 3 x 3 that are faster so, on a CPU in 32 bits', () => {
  const tiles = 'RedistillWinogradWeights,RedistillWinograd';
  const wide = [2, 8, 8, 32] as const;
  assert.equal(operationsOf(specOf(wide, 64, {})), tiles);
  assert.equal(operationsOf(specOf([1, 7, 7, 64], 32, {})), tiles);
  assert.equal(operationsOf(specOf([1, 4, 9, 16], 16, {})), tiles);
  for (const [sides, outputs, options] of [
    [wide, 64, { stride: 2 }],
    [wide, 64, { kernel: 1 }],
    [[2, 8, 8, 24], 64, {}],
    [wide, 72, {}],
    [[2, 3, 8, 32], 64, {}],
  ] as const) {
    assert.equal(operationsOf(specOf(sides, outputs, options)), 'Conv2D', `${sides}, ${outputs}`);
  }
  assert.equal(
    withoutWinograd(() => operationsOf(specOf(wide, 64, {}))),
    'Conv2D',
  );
  recordFor('gpu');
  try {
    assert.equal(operationsOf(specOf(wide, 64, {})), 'Conv2D');
  } finally {
    recordFor(null);
  }
  for (const [precision, found] of [
    [undefined, true],
    ['mixed', false],
  ] as const) {
    if (precision === 'mixed' && processorBfloat16() === null) continue;
    const functions = { test: specOf(wide, 64, {}) };
    const program = createProgram({ state: {}, initial: {}, functions, precision });
    assert.equal('RedistillWinograd' in (program.nodes('test') ?? {}), found);
    program.dispose();
  }
});

test('a convolution in tiles takes its bias and the ReLU after it, with the same bits', () => {
  const sides = [2, 9, 8, 32] as const;
  const values = { weight: random(9 * 32 * 64, 1), bias: random(64, 5) };
  const state = {
    weight: { shape: [3, 3, 32, 64], dtype: 'float32' },
    bias: { shape: [64], dtype: 'float32' },
  } as const;
  const run: FunctionSpec['run'] = ({ weight, bias }, { x }) => {
    const y = relu(convolve(x as Tensor4D, weight as Tensor4D, bias as Tensor1D));
    return { outputs: { y }, state: {} };
  };
  const functions = { test: { inputs: { x: { shape: sides, dtype: 'float32' } }, run } } as const;
  const program = createProgram({ state, initial: values, functions });
  const nodes = program.nodes('test') ?? {};
  assert.ok('RedistillBiasedWinograd' in nodes && !('Relu' in nodes) && !('BiasAdd' in nodes));
  const joined = program.call('test', { x: map(sides).dataSync() as Float32Array })['y'];
  program.dispose();
  const weight = tf.tensor4d(values.weight, [3, 3, 32, 64]);
  const apart = relu(biasAdd(convolve(map(sides), weight), tf.tensor1d(values.bias)));
  assert.deepEqual(joined, apart.dataSync());
  assert.ok(joined?.some((value) => value === 0) && joined.some((value) => value > 0));
});

test('what is not finite reaches every result that it reaches in a plain convolution', () => {
  const sides = [1, 12, 12, 32] as const;
  const place = { x: (3 * 12 + 4) * 32 + 5, weight: (4 * 32 + 7) * 64 + 3, slopes: 27 * 64 + 9 };
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (const [of, at] of Object.entries(place)) {
      const change = { of, at, value };
      const own = valueAndSlopes(sides, 64, 2, change);
      const direct = withoutKernels(() => valueAndSlopes(sides, 64, 2, change));
      let found = 0;
      for (const [result, values] of direct.entries()) {
        for (const [index, plain] of values.entries()) {
          if (Number.isFinite(plain)) continue;
          found += 1;
          assert.ok(
            !Number.isFinite(own[result]?.[index]),
            `${value} in ${of}: ${result}, ${index}`,
          );
        }
      }
      assert.ok(found > 0);
      const far = of === 'weight' ? [] : [own[of === 'x' ? 0 : 1]?.at(-1)];
      assert.ok(far.every(Number.isFinite), 'what is far from it is as it was');
    }
  }
});

test('no pictures have no results, and slopes of 0', () => {
  const off = [attribute.float('relu', 0)];
  const none = tf.zeros([0, 8, 8, 32]);
  const results = executeOne('RedistillWinograd', off, [none, tf.zeros([36, 2, 32, 16])]);
  assert.deepEqual(results.shape, [0, 8, 8, 32]);
  const slopes = executeOne('RedistillWinogradGradient', [], [none, none]);
  assert.ok(slopes.dataSync().every((value) => value === 0));
});

test('operands that do not fit are refused before anything is read', () => {
  const off = [attribute.float('relu', 0)];
  const turned = [attribute.float('turned', 0)];
  const refused = { code: 'ENGINE_OP' };
  const x = map([1, 8, 8, 32]);
  const refuse = (op: string, attributes: typeof off, ...operands: readonly Tensor4D[]) =>
    assert.throws(() => executeOne(op, attributes, operands), refused, op);
  refuse('RedistillWinogradWeights', turned, tf.zeros([3, 3, 32, 40]));
  refuse('RedistillWinogradWeights', turned, tf.zeros([1, 3, 32, 48]));
  refuse('RedistillWinograd', off, x, tf.zeros([36, 4, 48, 16]));
  refuse('RedistillWinograd', off, x, tf.zeros([16, 4, 32, 16]));
  refuse('RedistillWinogradGradient', [], x, tf.zeros([1, 8, 7, 32]));
  refuse('RedistillWinogradGradient', [], x, tf.zeros([1, 8, 8, 24]));
  const factors = tf.zeros([36, 4, 32, 16]);
  assert.throws(
    () => executeOne('RedistillBiasedWinograd', off, [x, factors, tf.zeros([63])]),
    refused,
  );
});
