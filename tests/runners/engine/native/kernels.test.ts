import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Scalar, Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { RedistillError } from '../../../../common/errors.ts';
import { nodeArguments, tensorflowEnvironment } from '../../../../runners/engine/environment.ts';
import { compareKernels } from '../../../../runners/engine/native/check.ts';
import { kernelSources, kernelsKey } from '../../../../runners/engine/native/sources.mjs';
import {
  gelu,
  layerNorm,
  lossAndGradients,
  normLinear,
  selfAttention,
  sigmoidFocalRows,
} from '../../../../runners/engine/ops/index.ts';
import { hasKernel, withoutKernels } from '../../../../runners/engine/ops/kernels.ts';
import { attribute, execute, executeOne } from '../../../../runners/engine/ops/native.ts';
import { sgd } from '../../../../runners/engine/optim/sgd.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';
import { density, distribution, unitOf } from './normal.ts';

/** Tails below 2^-126 are taken for 0, and then multiplied with an x of less than 16. */
const smallest = 16 * 2 ** -126;

/** Numbers of every size and sign, and many of those where the functions bend. */
const inputs = Float32Array.from([
  ...[0, -0, 2 ** -149, -(2 ** -149), 2 ** -127, 3.4e38, -3.4e38],
  ...Array.from({ length: 254 }, (_, at) => 2 ** (at - 126) * 1.37),
  ...Array.from({ length: 254 }, (_, at) => -(2 ** (at - 126)) * 1.61),
  ...Array.from({ length: 32_001 }, (_, at) => (at - 16_000) / 1000),
]);

/** The largest error in units of the last place of what `size` gives. */
function worst(
  actual: ArrayLike<number>,
  expected: (x: number) => number,
  size: (x: number) => number = expected,
): number {
  let most = 0;
  inputs.forEach((x, at) => {
    const error = Math.abs((actual[at] as number) - expected(x));
    if (!(error <= smallest)) most = Math.max(most, error / unitOf(size(x)));
  });
  return most;
}

const slopeOfGelu = (dy: ArrayLike<number>, x: ArrayLike<number>) =>
  executeOne(
    'RedistillGeluGradient',
    [],
    [tf.tensor1d(Float32Array.from(dy)), tf.tensor1d(Float32Array.from(x))],
  ).dataSync();

test('GELU is within a few units in the last place, from the smallest number to the largest', () => {
  const own = gelu(tf.tensor1d(inputs)).dataSync();
  assert.ok(worst(own, (x) => x * distribution(x)) < 6);
  const slopes = slopeOfGelu(
    inputs.map(() => 1),
    inputs,
  );
  // Where both parts cancel, the error is that of the parts.
  const size = (x: number) => Math.max(distribution(x), Math.abs(x) * density(x));
  assert.ok(worst(slopes, (x) => distribution(x) + x * density(x), size) < 8);
});

test('GELU of what is not finite is what its formula gives', () => {
  const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const own = gelu(tf.tensor1d(special));
  assert.deepEqual([...own.dataSync()], [Number.NaN, Number.POSITIVE_INFINITY, Number.NaN]);
  withoutKernels(() => assert.deepEqual(own.dataSync(), gelu(tf.tensor1d(special)).dataSync()));
  assert.deepEqual([...slopeOfGelu([1, 1, 1], special)], [Number.NaN, Number.NaN, Number.NaN]);
  assert.ok(Number.isNaN(slopeOfGelu([Number.NaN], [1])[0]));
});

const random = (count: number, scale = 1, shift = 0) =>
  Float32Array.from({ length: count }, (_, at) => Math.sin(at * 12.9898) * scale + shift);

test('layer norm of rows of any width is that of 64 bits, far from 0 too', () => {
  for (const width of [1, 3, 16, 17, 64, 197, 1000]) {
    const rows = 5;
    const x = random(rows * width, 2, 100);
    const [scale, offset] = [random(width, 1, 1), random(width)];
    const own = layerNorm(tf.tensor2d(x, [rows, width]), {
      ...{ scale: tf.tensor1d(scale), offset: tf.tensor1d(offset), epsilon: 1e-6 },
    }).dataSync();
    for (let row = 0; row < rows; row += 1) {
      const values = [...x.subarray(row * width, (row + 1) * width)];
      const mean = values.reduce((sum, value) => sum + value, 0) / width;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
      values.forEach((value, at) => {
        const normal = (value - mean) / Math.sqrt(variance + 1e-6);
        const expected = normal * (scale[at] as number) + (offset[at] as number);
        // Sums of numbers around 100 are known to 1e-5 of a deviation or so.
        assert.ok(Math.abs((own[row * width + at] as number) - expected) < 2e-4, `${width} ${at}`);
      });
    }
  }
});

/** What a function of some tensors gives, and all gradients of its weighted sum. */
function valueAndSlopes(given: Record<string, Tensor>, run: () => Tensor): Float32Array[] {
  const { gradients, aux } = lossAndGradients(given, () => {
    const y = run();
    const weights = tf.tensor(random(y.size, 1, 0.2), y.shape);
    return { loss: tf.sum(tf.mul(y, weights)) as Scalar, aux: { y } };
  });
  const all = [aux.y, ...Object.keys(given).map((name) => gradients[name] as Tensor)];
  return all.map((tensor) => tensor.dataSync() as Float32Array);
}

/** With our kernels and without them: the same within rounding. */
function sameAsComposed(given: Record<string, Tensor>, run: () => Tensor, tolerance = 2e-5): void {
  const own = valueAndSlopes(given, run);
  const composed = withoutKernels(() => valueAndSlopes(given, run));
  own.forEach((values, index) => {
    const other = composed[index] as Float32Array;
    const size = other.reduce((most, value) => Math.max(most, Math.abs(value)), 0.1);
    values.forEach((value, at) => {
      const error = Math.abs(value - (other[at] as number));
      assert.ok(error < tolerance * size, `${index} ${at}: ${value}, ${other[at]}`);
    });
  });
}

test('kernels and compositions have the same values and gradients', () => {
  for (const [rows, width] of [
    [1, 1],
    [3, 5],
    [7, 16],
    [2, 197],
    [300, 48],
  ] as const) {
    const x = tf.tensor2d(random(rows * width, 2), [rows, width]);
    sameAsComposed({ x }, () => gelu(x));
    if (width === 1) continue;
    const scale = tf.tensor1d(random(width, 1, 1)) as Tensor1D;
    const offset = tf.tensor1d(random(width)) as Tensor1D;
    const norm = { scale, offset, epsilon: 1e-5 };
    sameAsComposed({ x, scale, offset }, () => layerNorm(x, norm), 1e-4);
    const weight = tf.tensor2d(random(width * 4), [width, 4]);
    sameAsComposed({ x, scale, offset, weight }, () => normLinear(x, norm, weight, null), 1e-4);
  }
  for (const [tokens, heads, windows] of [
    [1, 1, 1],
    [5, 2, 2],
    [49, 2, 2],
    [20, 3, 1],
  ] as const) {
    const qkv = tf.tensor3d(random(4 * tokens * 3 * heads * 8), [4, tokens, 3 * heads * 8]);
    sameAsComposed({ qkv }, () => selfAttention(qkv as Tensor3D, heads));
    const sides = [windows, heads, tokens, tokens] as const;
    const bias = tf.tensor4d(random(windows * heads * tokens * tokens), [...sides]) as Tensor4D;
    sameAsComposed({ qkv, bias }, () => selfAttention(qkv as Tensor3D, heads, bias));
  }
});

test('softmax keeps what cannot be: masks are 0, and what is not a number spreads over its row', () => {
  const factor = attribute.float('factor', 1);
  const softmax = (rows: number[][]) =>
    executeOne('RedistillSoftmax', [factor], [tf.tensor2d(rows)]).dataSync();
  const hidden = Number.NEGATIVE_INFINITY;
  assert.deepEqual([...softmax([[1, hidden, 1, hidden]])], [0.5, 0, 0.5, 0]);
  const wide = Array.from({ length: 20 }, (_, at) => (at === 17 ? Number.NaN : at));
  assert.ok(softmax([wide]).every(Number.isNaN));
  assert.ok(softmax([[hidden, hidden]]).every(Number.isNaN));
  assert.deepEqual([...softmax([[3e38, -3e38, 0]])], [1, 0, 0]);
});

test('a step of SGD has the bits of one operation after the other', () => {
  const size = 1003;
  const [values, gradients] = [tf.tensor1d(random(size, 0.3)), tf.tensor1d(random(size, 2, -0.1))];
  const state = { 'momentum/w': tf.tensor1d(random(size, 0.7, 0.01)) };
  for (const nesterov of [false, true]) {
    for (const [weightDecay, decays, rate] of [
      [5e-4, true, 1],
      [5e-4, false, 2],
      [0, true, 1],
    ] as const) {
      const step = () => {
        const { parameters, state: next } = sgd({ momentum: 0.9, nesterov, weightDecay }).update({
          parameters: [{ key: 'w', value: values, gradient: gradients, decays, rate }],
          state,
          learningRate: tf.scalar(0.037),
        });
        return [parameters['w'], next['momentum/w']].map((tensor) => tensor?.dataSync());
      };
      assert.deepEqual(step(), withoutKernels(step));
    }
  }
});

test('the focal loss and its slope are those of 64 bits, at extreme logits too', () => {
  const classes = 20;
  const logits = Float32Array.from([...random(classes * 6, 8), ...random(classes, 90)]);
  const labels = [0, 3, 15, 16, 19, 20, 7];
  const x = tf.tensor2d(logits, [7, classes]);
  const { gradients, aux } = lossAndGradients({ x }, () => {
    const rows = sigmoidFocalRows(x, tf.tensor1d(labels, 'int32'));
    return { loss: tf.sum(rows) as Scalar, aux: { rows } };
  });
  const slopes = (gradients['x'] as Tensor).dataSync();
  const losses = aux.rows.dataSync();
  labels.forEach((label, row) => {
    let loss = 0;
    for (let at = 0; at < classes; at += 1) {
      const sign = at === label ? -1 : 1;
      const s = (logits[row * classes + at] as number) * sign;
      const wrong = 1 / (1 + Math.exp(-s));
      const entropy = Math.max(s, 0) + Math.log1p(Math.exp(-Math.abs(s)));
      const share = (at === label ? 0.25 : 0.75) * wrong ** 2;
      loss += share * entropy;
      const slope = share * (2 * (1 / (1 + Math.exp(s))) * entropy + wrong) * sign;
      const error = Math.abs((slopes[row * classes + at] as number) - slope);
      assert.ok(error < 2e-6 * Math.abs(slope) + 1e-30, `${row} ${at}: ${slope}`);
    }
    assert.ok(Math.abs((losses[row] as number) - loss) < 2e-6 * loss, `${row}: ${loss}`);
  });
});

test('other types, empty tensors and compositions keep to TensorFlow', () => {
  assert.ok(hasKernel(tf.ones([2])));
  assert.equal(hasKernel(tf.ones([2]), tf.ones([2], 'int32')), false);
  assert.equal(hasKernel(tf.zeros([0, 3])), false);
  assert.equal(
    withoutKernels(() => hasKernel(tf.ones([2]))),
    false,
  );
  assert.deepEqual(gelu(tf.zeros([0, 3])).shape, [0, 3]);
  const norm = { scale: tf.ones([3]) as Tensor1D, offset: tf.zeros([3]) as Tensor1D, epsilon: 1 };
  assert.deepEqual(layerNorm(tf.zeros([0, 3]), norm).shape, [0, 3]);
});

test('operands that do not fit are refused before anything is read', () => {
  const refused = { code: 'ENGINE_OP' };
  const [two, three] = [tf.ones([2, 3]), tf.ones([3, 3])];
  const factor = attribute.float('factor', 1);
  const epsilon = attribute.float('epsilon', 1e-6);
  assert.throws(() => executeOne('RedistillGeluGradient', [], [two, three]), refused);
  assert.throws(() => execute('RedistillLayerNorm', [epsilon], [two, three, three], 3), refused);
  assert.throws(() => executeOne('RedistillBiasedSoftmax', [factor], [three, two]), refused);
  assert.throws(() => executeOne('RedistillSoftmaxGradient', [factor], [two, three]), refused);
  const alpha = attribute.float('alpha', 0.25);
  assert.throws(() => execute('RedistillFocalRows', [alpha], [three, tf.ones([2])], 2), refused);
  const step = ['momentum', 'decay', 'nesterov'].map((name) => attribute.float(name, 0));
  const operands = [two, three, two, tf.scalar(1)];
  assert.throws(() => execute('RedistillSgd', step, operands, 2), refused);
});

/** A digest of all kernels' results, from a process that was started with this environment. */
function digestWith(environment: Record<string, string>, threads: number): string {
  const script = fileURLToPath(new URL('./digest.ts', import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, [...nodeArguments(), script], {
    encoding: 'utf8',
    env: { ...process.env, ...tensorflowEnvironment({ threads, device: 'cpu' }), ...environment },
  });
  assert.match(stdout, /^[0-9a-f]{64}\n$/, stderr);
  return stdout;
}

test('bits depend neither on the width of registers nor on the number of threads', () => {
  const usual = digestWith({}, 1);
  assert.equal(digestWith({}, 3), usual, 'three threads');
  for (const floats of ['4', '8']) {
    assert.equal(digestWith({ REDISTILL_REGISTER_FLOATS: floats }, 2), usual, `${floats} floats`);
  }
});

test('a binding that was built without these kernels is refused, with what to do', () => {
  const build = {
    ...({ key: '', flavour: 'cpu', version: '', tensorflow: '', libraryPath: [] } as const),
    sessionConfig: true,
  };
  assert.doesNotThrow(() => compareKernels({ ...build, kernels: kernelsKey() }));
  const refused = (error: unknown) =>
    error instanceof RedistillError &&
    error.code === 'ENGINE_BINDING' &&
    /make setup/.test(error.hint ?? '');
  assert.throws(() => compareKernels(undefined), refused);
  assert.throws(() => compareKernels(build), refused);
  assert.throws(() => compareKernels({ ...build, kernels: 'of yesterday' }), refused);
});

test('every file of the kernels is among the sources that are hashed', () => {
  const folder = fileURLToPath(new URL('../../../../runners/engine/native', import.meta.url));
  const compiled = readdirSync(folder).filter((name) => /\.(cc|h)$/.test(name));
  assert.deepEqual(kernelSources.map((path) => basename(path)).sort(), compiled.sort());
});
