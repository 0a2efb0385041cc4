import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { applyGpuSettings } from '../../../runners/engine/gpu-settings.ts';
import { lossAndGradients } from '../../../runners/engine/ops/index.ts';
import { sgd } from '../../../runners/engine/optim/index.ts';
import { createProgram } from '../../../runners/engine/program.ts';
import { recordFor } from '../../../runners/engine/target.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';

// Read when TensorFlow is loaded, which the first tensor does.
const dumps = mkdtempSync(join(tmpdir(), 'redistill-xla-'));
process.env['TF_DUMP_GRAPH_PREFIX'] = dumps;
process.env['TF_XLA_FLAGS'] = '--tf_xla_clustering_debug';
const settings = { tf32: false, deterministic: false, xla: true };
applyGpuSettings(settings);
after(() => rmSync(dumps, { recursive: true, force: true }));

const [rows, inputs, hidden, outputs, steps] = [16, 8, 16, 4, 50] as const;
const [rate, momentum, decay] = [0.1, 0.9, 1e-3] as const;
const noise = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(12.9898 * (i + 1) + 78.233 * seed));
const data = { x: noise(rows * inputs, 1), y: noise(rows * outputs, 2) };
const initial = {
  first: noise(inputs * hidden, 3).map((value) => value / 3),
  second: noise(hidden * outputs, 4).map((value) => value / 4),
};

/** Losses of a network of two layers, recorded for a GPU. */
function recorded(xla: boolean, order: readonly number[]): readonly number[] {
  applyGpuSettings({ ...settings, xla });
  recordFor('gpu');
  const optimizer = sgd({ momentum, nesterov: false, weightDecay: decay });
  const shapes = { first: [inputs, hidden], second: [hidden, outputs] } as const;
  const state = Object.fromEntries(
    Object.entries(shapes).flatMap(([key, shape]) =>
      [key, `momentum/${key}`].map((name) => [name, { shape, dtype: 'float32' as const }]),
    ),
  );
  const program = createProgram({
    state,
    initial: {
      ...initial,
      'momentum/first': new Float32Array(inputs * hidden),
      'momentum/second': new Float32Array(hidden * outputs),
    },
    functions: {
      step: {
        inputs: {
          x: { shape: [rows, inputs], dtype: 'float32' },
          y: { shape: [rows, outputs], dtype: 'float32' },
          lr: { shape: [], dtype: 'float32' },
        },
        run(tensors, { x, y, lr }) {
          const own = { first: tensors['first'] as Tensor, second: tensors['second'] as Tensor };
          const { loss, gradients } = lossAndGradients(own, () => {
            const inner = tf.tanh(tf.matMul(x as Tensor2D, own.first as Tensor2D));
            const off = tf.sub(tf.matMul(inner as Tensor2D, own.second as Tensor2D), y as Tensor);
            return { loss: tf.mean(tf.square(off)) as Scalar, aux: {} };
          });
          const { parameters, state: kept } = optimizer.update({
            parameters: Object.entries(own).map(([key, value]) => ({
              ...{ key, value },
              gradient: gradients[key],
            })),
            state: tensors,
            learningRate: lr as Scalar,
          });
          return { outputs: { loss }, state: { ...parameters, ...kept } };
        },
      },
    },
  });
  const arranged = (values: Float32Array, width: number) =>
    Float32Array.from(order.flatMap((row) => [...values.slice(row * width, (row + 1) * width)]));
  const batch = { x: arranged(data.x, inputs), y: arranged(data.y, outputs) };
  try {
    return Array.from({ length: steps }, () => {
      const { loss } = program.call('step', { ...batch, lr: Float32Array.of(rate) });
      return (loss as Float32Array)[0] as number;
    });
  } finally {
    program.dispose();
    recordFor(null);
  }
}

/** The same in 64 bits. */
function exact(): readonly number[] {
  const first = Float64Array.from(initial.first);
  const second = Float64Array.from(initial.second);
  const kept = { first: new Float64Array(first.length), second: new Float64Array(second.length) };
  const at = (values: ArrayLike<number>, index: number) => values[index] as number;
  return Array.from({ length: steps }, () => {
    const gradient = {
      first: new Float64Array(first.length),
      second: new Float64Array(second.length),
    };
    let sum = 0;
    for (let row = 0; row < rows; row += 1) {
      const inner = Array.from({ length: hidden }, (_, h) => {
        let value = 0;
        for (let i = 0; i < inputs; i += 1) {
          value += at(data.x, row * inputs + i) * at(first, i * hidden + h);
        }
        return Math.tanh(value);
      });
      const back = new Float64Array(hidden);
      for (let o = 0; o < outputs; o += 1) {
        let value = -at(data.y, row * outputs + o);
        for (let h = 0; h < hidden; h += 1) value += at(inner, h) * at(second, h * outputs + o);
        sum += value ** 2;
        const slope = (2 * value) / (rows * outputs);
        for (let h = 0; h < hidden; h += 1) {
          gradient.second[h * outputs + o] =
            at(gradient.second, h * outputs + o) + slope * at(inner, h);
          back[h] = at(back, h) + slope * at(second, h * outputs + o);
        }
      }
      for (let h = 0; h < hidden; h += 1) {
        const slope = at(back, h) * (1 - at(inner, h) ** 2);
        for (let i = 0; i < inputs; i += 1) {
          gradient.first[i * hidden + h] =
            at(gradient.first, i * hidden + h) + slope * at(data.x, row * inputs + i);
        }
      }
    }
    for (const [key, weights] of [
      ['first', first],
      ['second', second],
    ] as const) {
      weights.forEach((weight, index) => {
        const own = at(gradient[key], index) + decay * weight;
        kept[key][index] = momentum * at(kept[key], index) + own;
        weights[index] = weight - rate * at(kept[key], index);
      });
    }
    return sum / (rows * outputs);
  });
}

it('a step compiled by XLA is as near to 64 bits over 50 steps as one with its sums in another order', () => {
  const truth = exact();
  const usual = Array.from({ length: rows }, (_, row) => row);
  const error = (losses: readonly number[]) =>
    Math.max(...losses.map((loss, step) => Math.abs(loss / (truth[step] as number) - 1)));
  const plain = error(recorded(false, usual));
  const control = error(recorded(false, usual.toReversed()));
  const compiled = error(recorded(true, usual));
  assert.ok(
    (truth.at(-1) as number) < 0.95 * (truth[0] as number),
    `it learns: ${truth[0]}, ${truth.at(-1)}`,
  );
  assert.ok(control < 1e-4, `float32 is ${control} off`);
  // Float32's own noise, or what one rounding of a loss makes.
  const noiseLevel = Math.max(plain, control, 2 ** -23);
  process.stdout.write(`${JSON.stringify({ plain, control, compiled })}\n`);
  assert.ok(compiled <= 4 * noiseLevel, `${compiled}; without XLA ${plain}, reordered ${control}`);
});

it('XLA has compiled the update and the products, as few clusters', () => {
  const clustered = readdirSync(dumps)
    .filter((name) => /^mark_for_compilation_annotated/.test(name))
    .map((name) => readFileSync(join(dumps, name), 'utf8'))
    .map((text) => text.split(/^node \{$/m).filter((node) => node.includes('_XlaCluster')))
    .reduce((one, other) => (other.length > one.length ? other : one), []);
  const names = new Set(clustered.map((node) => /s: "(cluster_\d+)"/.exec(node)?.[1]));
  const operations = clustered.map((node) => /^ {2}op: "(\w+)"$/m.exec(node)?.[1]);
  assert.ok(names.size >= 1 && names.size <= 3, `${names.size} clusters`);
  assert.ok(operations.length >= 10, `${operations.length} nodes: ${operations}`);
  assert.ok(
    operations.includes('BatchMatMulV2') && operations.includes('ResourceApplyMomentum'),
    String(operations),
  );
});
