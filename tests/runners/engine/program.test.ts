import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { EngineError } from '../../../runners/engine/errors.ts';
import { inLayer } from '../../../runners/engine/layers.ts';
import { createProgram } from '../../../runners/engine/program.ts';
import { backend, tf } from '../../../runners/engine/tensorflow.ts';
import type { FunctionSpec, Program } from '../../../runners/engine/types.ts';

/**
 * Softmax regression: 2 inputs, 3 classes, plain gradient steps; and a prediction that changes
 * nothing.
 */
const functions: Record<string, FunctionSpec> = {
  step: {
    inputs: {
      x: { shape: [4, 2], dtype: 'float32' },
      y: { shape: [4], dtype: 'int32' },
      lr: { shape: [], dtype: 'float32' },
    },
    run: (state, inputs) => {
      const loss = (weight: Tensor) =>
        tf.losses.softmaxCrossEntropy(
          tf.oneHot(inputs['y'] as Tensor1D, 3),
          tf.matMul(inputs['x'] as Tensor2D, weight as Tensor2D),
        ) as Scalar;
      const { value, grads } = tf.valueAndGrads(loss)([state['fc.weight'] as Tensor]);
      const weight = tf.sub(
        state['fc.weight'] as Tensor,
        tf.mul(grads[0] as Tensor, inputs['lr'] as Scalar),
      );
      return {
        outputs: { loss: value, doubled: tf.mul(inputs['y'] as Tensor1D, 2) },
        state: { 'fc.weight': weight, steps: tf.add(state['steps'] as Scalar, 1) },
      };
    },
  },
  predict: {
    inputs: { x: { shape: [1, 2], dtype: 'float32' } },
    run: (state, inputs) => ({
      outputs: { logits: tf.matMul(inputs['x'] as Tensor2D, state['fc.weight'] as Tensor2D) },
      state: {},
    }),
  },
};

function regression(mode: 'recorded' | 'eager'): Program {
  return createProgram({
    mode,
    state: {
      'fc.weight': { shape: [2, 3], dtype: 'float32' },
      steps: { shape: [], dtype: 'float32' },
    },
    initial: {
      'fc.weight': Float32Array.of(0.1, -0.2, 0.3, 0.4, 0.5, -0.6),
      steps: Float32Array.of(0),
    },
    functions,
  });
}

const batch = (step: number) => ({
  x: Float32Array.from({ length: 8 }, (_, index) => ((index * 7 + step * 3) % 11) / 5 - 1),
  y: Int32Array.of(0, 1, 2, step % 3),
  lr: Float32Array.of(0.5 / (1 + step)),
});

function oneFunction(run: FunctionSpec['run'], inputs: FunctionSpec['inputs'] = {}): () => Program {
  return () =>
    createProgram({
      state: { w: { shape: [2, 2], dtype: 'float32' } },
      initial: { w: new Float32Array(4) },
      functions: { f: { inputs, run } },
    });
}

const thrown = (code: string, pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof EngineError, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, pattern);
  return true;
};

describe('a program', () => {
  it('gives the same losses, outputs and state recorded and eagerly', () => {
    const recorded = regression('recorded');
    const eager = regression('eager');
    for (let step = 0; step < 5; step += 1) {
      const [a, b] = [recorded.call('step', batch(step)), eager.call('step', batch(step))];
      assert.ok(Math.abs((a['loss']?.[0] ?? 0) - (b['loss']?.[0] ?? 1)) < 1e-6);
      assert.deepEqual(a['doubled'], b['doubled']);
    }
    const [a, b] = [recorded.readState(), eager.readState()];
    assert.equal(a['steps']?.[0], 5);
    a['fc.weight']?.forEach((value, index) => {
      assert.ok(Math.abs(value - (b['fc.weight']?.[index] ?? Number.NaN)) < 1e-6);
    });
    recorded.dispose();
    eager.dispose();
  });

  it('shares state between its functions, and reads and writes it', () => {
    const program = regression('recorded');
    program.call('step', batch(0));
    const weight = program.readState(['fc.weight'])['fc.weight'] as Float32Array;
    assert.deepEqual(
      program.call('predict', { x: Float32Array.of(1, 0) })['logits'],
      weight.slice(0, 3),
    );
    program.writeState({ 'fc.weight': Float32Array.of(1, 2, 3, 4, 5, 6) });
    assert.deepEqual(
      program.call('predict', { x: Float32Array.of(0, 1) })['logits'],
      Float32Array.of(4, 5, 6),
    );
    assert.equal(program.readState(['steps'])['steps']?.[0], 1);
    program.dispose();
  });

  it('keeps programs of one process apart', () => {
    const [one, other] = [regression('recorded'), regression('recorded')];
    one.call('step', batch(0));
    assert.equal(other.readState(['steps'])['steps']?.[0], 0);
    one.dispose();
    other.dispose();
  });

  it('leaves no tensor behind, over 1,000 steps', () => {
    const program = regression('recorded');
    program.call('step', batch(0));
    const before = [backend().binding.getNumOfTensors(), tf.memory().numTensors];
    for (let step = 0; step < 1000; step += 1) program.call('step', batch(step));
    assert.deepEqual([backend().binding.getNumOfTensors(), tf.memory().numTensors], before);
    program.dispose();
  });

  it('leaves no tensor behind when a call fails', () => {
    const program = regression('recorded');
    const before = backend().binding.getNumOfTensors();
    assert.throws(
      () =>
        program.call('step', { ...batch(0), y: Int32Array.of(0, 1, 9, 1000000) }) && assert.fail(),
    );
    assert.equal(backend().binding.getNumOfTensors(), before);
    program.dispose();
  });
});

describe('errors of the engine', () => {
  it('name the operation and the layer that failed', () => {
    const broken = oneFunction((state) => ({
      outputs: {
        y: inLayer('layer2.0', () =>
          inLayer('conv1', () =>
            // Bypasses tf.js's own shape check, as operations called by name do.
            backend().executeMultipleOutputs(
              'MatMul',
              [
                { name: 'T', type: backend().binding.TF_ATTR_TYPE, value: 1 },
                { name: 'transpose_a', type: backend().binding.TF_ATTR_BOOL, value: false },
                { name: 'transpose_b', type: backend().binding.TF_ATTR_BOOL, value: false },
              ],
              [state['w'] as Tensor, tf.zeros([3, 3])],
              1,
            ),
          ),
        )[0] as Tensor,
      },
      state: {},
    }));
    assert.throws(broken, thrown('ENGINE_OP', /MatMul in layer layer2\.0\/conv1/));
  });

  it('refuse a tensor made outside of the function', () => {
    const foreign = tf.ones([2, 2]);
    foreign.dataSync();
    assert.throws(
      oneFunction((state) => ({
        outputs: { y: tf.add(state['w'] as Tensor, foreign) },
        state: {},
      })),
      thrown('ENGINE_FOREIGN_TENSOR', /made outside/),
    );
    foreign.dispose();
  });

  it('refuse to read values inside the function', () => {
    assert.throws(
      oneFunction((state) => {
        const value = tf.sum(state['w'] as Tensor).dataSync()[0] as number;
        return { outputs: { y: tf.scalar(value) }, state: {} };
      }),
      thrown('ENGINE_READ', /reads a tensor's values/),
    );
  });

  it('restore the binding after a failure', () => {
    assert.throws(
      oneFunction(() => {
        throw new Error('mine');
      }),
      /mine/,
    );
    assert.equal(
      tf.tidy(() => tf.add(1, 2).dataSync()[0]),
      3,
    );
  });

  it('name unknown state, unknown inputs and wrong shapes', () => {
    assert.throws(
      oneFunction(() => ({ outputs: { y: tf.scalar(1) }, state: { v: tf.scalar(1) } })),
      thrown('ENGINE_UNKNOWN_STATE', /"v"/),
    );
    assert.throws(
      oneFunction(() => ({ outputs: { y: tf.scalar(1) }, state: { w: tf.scalar(1) } })),
      thrown('ENGINE_STATE_SHAPE', /from \[2,2\] to \[\]/),
    );
    const program = regression('recorded');
    assert.throws(() => program.call('stp', {}), thrown('ENGINE_UNKNOWN_FUNCTION', /"stp"/));
    assert.throws(
      () => program.call('predict', {}),
      thrown('ENGINE_MISSING', /input "x" of "predict"/),
    );
    assert.throws(
      () => program.call('predict', { x: new Float32Array(3) }),
      thrown('ENGINE_SHAPE', /has 3 values; its shape \[1, 2\] needs 2/),
    );
    assert.throws(
      () => program.call('predict', { x: new Float32Array(2), z: new Float32Array(1) }),
      thrown('ENGINE_UNKNOWN_INPUT', /"z"/),
    );
    program.dispose();
    assert.throws(
      () => program.call('predict', { x: new Float32Array(2) }),
      thrown('ENGINE_DISPOSED', /disposed/),
    );
  });
});

describe('Inputs of bytes', () => {
  for (const mode of ['recorded', 'eager'] as const) {
    it(`are numbers from 0 to 255 to a function that runs ${mode}`, () => {
      const program = createProgram({
        mode,
        state: { w: { shape: [], dtype: 'float32' } },
        initial: { w: Float32Array.of(0.5) },
        functions: {
          half: {
            inputs: { x: { shape: [2, 2], dtype: 'uint8' } },
            run: (state, inputs) => ({
              outputs: { y: tf.mul(inputs['x'] as Tensor, state['w'] as Scalar) },
              state: {},
            }),
          },
        },
      });
      const { y } = program.call('half', { x: Uint8Array.of(0, 1, 128, 255) });
      assert.deepEqual([...(y as Float32Array)], [0, 0.5, 64, 127.5]);
      assert.throws(() => program.call('half', { x: new Float32Array(4) }), {
        code: 'ENGINE_DTYPE',
        message: /must be uint8, not Float32Array/,
      });
      program.dispose();
    });
  }
});
