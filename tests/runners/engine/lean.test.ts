import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import {
  batchNormTraining,
  choose,
  lossAndGradients,
  repeated,
  updateRunning,
} from '../../../runners/engine/ops/index.ts';
import { attribute, executeOne } from '../../../runners/engine/ops/native.ts';
import {
  adam,
  adamW,
  clipByGlobalNorm,
  type Optimizer,
  sgd,
} from '../../../runners/engine/optim/index.ts';
import { createProgram, type ProgramOptions } from '../../../runners/engine/program.ts';
import { recordFor } from '../../../runners/engine/target.ts';
import { tf } from '../../../runners/engine/tensorflow.ts';
import type {
  FunctionSpec,
  Program,
  TensorMap,
  TensorSpec,
} from '../../../runners/engine/types.ts';

afterEach(() => recordFor(null));

const shapes: Readonly<Record<string, readonly number[]>> = {
  weight: [3, 4],
  bias: [4],
  scale: [],
  other: [2, 2, 2],
};
const values = (key: string, shape: readonly number[]) => {
  const size = shape.reduce((product, side) => product * side, 1);
  return Float32Array.from({ length: size }, (_, i) => Math.sin(i + key.length) / 2);
};

interface Made {
  readonly optimizer: Optimizer;
  /** What a step does beside the update. */
  readonly clip?: number;
  readonly guarded?: boolean;
  readonly decays?: (key: string) => boolean;
  /** Factor of the learning rate. */
  readonly rate?: (key: string) => number;
  /** Batches of two sizes. */
  readonly tail?: boolean;
}

/** A program whose loss is a sum of powers of its parameters, with a step and its tail. */
function programOf({
  optimizer,
  clip,
  guarded,
  decays = () => true,
  rate = () => 1,
  tail,
}: Made): Program {
  const parameters = Object.entries(shapes).map(([key, shape]) => ({ key, spec: { shape } }));
  const slots = optimizer.initialState(parameters);
  const state: Record<string, TensorSpec> = {};
  const initial: Record<string, Float32Array> = {};
  for (const [key, shape] of Object.entries(shapes)) {
    state[key] = { shape, dtype: 'float32' };
    initial[key] = values(key, shape);
  }
  for (const [key, slot] of Object.entries(slots)) {
    state[key] = { shape: slot.shape, dtype: 'float32' };
    initial[key] = slot.values;
  }
  const step: FunctionSpec = {
    inputs: {
      x: { shape: [], dtype: 'float32' },
      lr: { shape: [], dtype: 'float32' },
    },
    run(tensors, { x, lr }) {
      const own = Object.fromEntries(
        Object.keys(shapes).map((key) => [key, tensors[key] as Tensor]),
      );
      const { loss, gradients } = lossAndGradients(own, () => ({
        loss: tf.addN(
          Object.values(own).map((tensor) => tf.sum(tf.square(tf.sub(tensor, x as Tensor)))),
        ) as Scalar,
        aux: {},
      }));
      const used = clip === undefined ? gradients : clipByGlobalNorm(gradients, clip);
      const { parameters: next, state: kept } = optimizer.update({
        parameters: Object.keys(shapes).map((key) => ({
          key,
          value: tensors[key] as Tensor,
          gradient: used[key],
          decays: decays(key),
          rate: rate(key),
        })),
        state: tensors,
        learningRate: lr as Scalar,
      });
      const all: TensorMap = { ...next, ...kept };
      const fits = tf.less(tf.abs(x as Tensor), 10) as Scalar;
      const written = Object.entries(all).map(([key, value]) => [
        key,
        guarded === true ? choose(fits, value, tensors[key] as Tensor) : value,
      ]);
      return { outputs: { loss }, state: Object.fromEntries(written) };
    },
  };
  const functions = tail === true ? { step, stepTail: step } : { step };
  return createProgram({ state, initial, functions });
}

/** Losses and state after some steps, recorded for a device. */
function trained(
  device: 'cpu' | 'gpu',
  made: Made,
  inputs: readonly number[] = [1, 0.5, -1, 2, 0],
) {
  recordFor(device);
  const program = programOf(made);
  const losses = inputs.map((x, index) => {
    const name = made.tail === true && index % 2 === 1 ? 'stepTail' : 'step';
    const { loss } = program.call(name, { x: Float32Array.of(x), lr: Float32Array.of(0.1) });
    return (loss as Float32Array)[0] as number;
  });
  const state = program.readState();
  const nodes = program.nodes('step') ?? {};
  program.dispose();
  return { losses, state, nodes };
}

function assertNear(
  one: Program['readState'] extends () => infer S ? S : never,
  other: typeof one,
) {
  assert.deepEqual(Object.keys(one).sort(), Object.keys(other).sort());
  for (const [key, expected] of Object.entries(other)) {
    const found = one[key] as Float32Array;
    expected.forEach((value, index) => {
      const off = Math.abs((found[index] as number) - value);
      assert.ok(
        off <= 2e-6 * Math.max(1, Math.abs(value)),
        `${key}[${index}]: ${found[index]}, ${value}`,
      );
    });
  }
}

const hyper = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };
const cases: readonly (readonly [name: string, op: string, made: Made])[] = [
  ['SGD', 'ResourceApplyGradientDescent', { optimizer: sgd({ momentum: 0, nesterov: false, weightDecay: 0 }) }],
  ['SGD with momentum and decay', 'ResourceApplyMomentum', { optimizer: sgd({ momentum: 0.9, nesterov: false, weightDecay: 0.01 }) }],
  ['Nesterov', 'ResourceApplyMomentum', { optimizer: sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.01 }) }],
  ['Adam', 'ResourceApplyAdam', { optimizer: adam(hyper) }],
  ['AdamW', 'ResourceApplyAdam', { optimizer: adamW(hyper) }],
  ['AdamW without decay', 'ResourceApplyAdam', { optimizer: adamW({ ...hyper, weightDecay: 0 }) }],
]; // biome-ignore format: a table

describe('a graph for a GPU', () => {
  for (const [name, op, made] of cases) {
    it(`updates by one operation in place what ${name} updates by many`, () => {
      const [many, one] = [trained('cpu', made), trained('gpu', made)];
      assertNear(one.state, many.state);
      assert.equal(one.nodes[op], 1);
      assert.equal(many.nodes[op], undefined);
      // Counters, the only state that is still assigned, and AdamW's decay.
      assert.ok((one.nodes['AssignVariableOp'] ?? 0) <= 2, JSON.stringify(one.nodes));
      one.losses.forEach((loss, step) => {
        assert.ok(Math.abs(loss - (many.losses[step] as number)) <= 1e-5 * Math.abs(loss) + 1e-6);
      });
    });

    it(`leaves everything as it was where a guarded step of ${name} is left out`, () => {
      const guarded = { ...made, guarded: true };
      // The third step is left out: in its gradients is an infinity, too.
      for (const inputs of [
        [1, 0.5, 20, 2],
        [1, 0.5, Number.POSITIVE_INFINITY, 2],
      ]) {
        const [many, one] = [trained('cpu', guarded, inputs), trained('gpu', guarded, inputs)];
        assertNear(one.state, many.state);
        assert.equal(one.nodes[op], 1);
        const [before] = [trained('gpu', guarded, [1, 0.5])];
        assertNear(trained('gpu', guarded, inputs.slice(0, 3)).state, before.state);
      }
    });
  }

  it('updates parameters that decay apart from those that do not, clips all at once, and takes batches of two sizes', () => {
    const made: Made = {
      optimizer: sgd({ momentum: 0.9, nesterov: false, weightDecay: 0.1 }),
      decays: (key) => key !== 'bias' && key !== 'scale',
      clip: 0.5,
      tail: true,
    };
    const [many, one] = [trained('cpu', made), trained('gpu', made)];
    assertNear(one.state, many.state);
    assert.equal(one.nodes['ResourceApplyMomentum'], 2);
  });

  for (const [name, optimizer] of [
    ['SGD', sgd({ momentum: 0.9, nesterov: false, weightDecay: 0.1 })],
    ['AdamW', adamW({ ...hyper, weightDecay: 0.1 })],
  ] as const) {
    it(`updates parameters of ${name} with a rate of their own apart`, () => {
      const made: Made = { optimizer, rate: (key) => (key === 'bias' || key === 'scale' ? 2 : 1) };
      const [many, one] = [trained('cpu', made), trained('gpu', made)];
      assertNear(one.state, many.state);
      assert.equal(one.nodes['ResourceApplyMomentum'] ?? one.nodes['ResourceApplyAdam'], 2);
    });
  }

  it('reads and writes single entries of what lies in one variable', () => {
    recordFor('gpu');
    const program = programOf({ optimizer: adam(hyper) });
    assert.deepEqual(program.readState(['bias'])['bias'], values('bias', [4]));
    program.writeState({ bias: Float32Array.of(1, 2, 3, 4), step: Float32Array.of(7) });
    assert.deepEqual([...(program.readState(['bias'])['bias'] as Float32Array)], [1, 2, 3, 4]);
    assert.deepEqual(program.readState(['weight', 'step']), {
      weight: values('weight', [3, 4]),
      step: Float32Array.of(7),
    });
    assert.throws(() => program.writeState({ bias: Float32Array.of(1) }), { code: 'ENGINE_SHAPE' });
    assert.throws(() => program.readState(['pack/0.0']), { code: 'ENGINE_UNKNOWN_STATE' });
    program.dispose();
  });

  it('leaves state as it was recorded where functions change it in different ways', () => {
    const made = (device: 'cpu' | 'gpu') => {
      recordFor(device);
      const rule = sgd({ momentum: 0.9, nesterov: false, weightDecay: 0 });
      const update = (key: string): FunctionSpec => ({
        inputs: { lr: { shape: [], dtype: 'float32' } },
        run: (state, { lr }) => {
          const { parameters, state: kept } = rule.update({
            parameters: [
              { key, value: state[key] as Tensor, gradient: tf.square(state[key] as Tensor) },
            ],
            state,
            learningRate: lr as Scalar,
          });
          return { outputs: { done: lr as Tensor }, state: { ...parameters, ...kept } };
        },
      });
      const spec = { shape: [2], dtype: 'float32' } as const;
      const keys = ['a', 'momentum/a', 'b', 'momentum/b'];
      const program = createProgram({
        state: Object.fromEntries(keys.map((key) => [key, spec])),
        initial: Object.fromEntries(keys.map((key) => [key, values(key, [2])])),
        functions: { one: update('a'), other: update('b') },
      });
      for (const name of ['one', 'other', 'one']) program.call(name, { lr: Float32Array.of(0.1) });
      const [state, nodes] = [program.readState(), program.nodes('one')];
      program.dispose();
      return { state, nodes };
    };
    const { state, nodes } = made('gpu');
    assertNear(state, made('cpu').state);
    assert.equal(nodes?.['ResourceApplyMomentum'], undefined);
  });

  it('leaves state as it was recorded where a function sets what another updates', () => {
    const made = (device: 'cpu' | 'gpu') => {
      recordFor(device);
      const rule = sgd({ momentum: 0, nesterov: false, weightDecay: 0 });
      const program = createProgram({
        state: { a: { shape: [2], dtype: 'float32' } },
        initial: { a: values('a', [2]) },
        functions: {
          update: {
            inputs: { lr: { shape: [], dtype: 'float32' } },
            run: (state, { lr }) => {
              const parameter = { key: 'a', value: state['a'] as Tensor, gradient: tf.ones([2]) };
              const { parameters } = rule.update({
                ...{ parameters: [parameter], state, learningRate: lr as Scalar },
              });
              return { outputs: { done: lr as Tensor }, state: parameters };
            },
          },
          halve: {
            inputs: {},
            run: ({ a }) => ({
              outputs: { sum: tf.sum(a as Tensor) },
              state: { a: tf.mul(a as Tensor, 0.5) },
            }),
          },
        },
      });
      const update = () => program.call('update', { lr: Float32Array.of(0.1) });
      update();
      program.call('halve', {});
      update();
      const state = program.readState();
      program.dispose();
      return state;
    };
    assertNear(made('gpu'), made('cpu'));
  });

  it('lets batch norms move their statistics, which lie in one variable', () => {
    const [many, one] = (['cpu', 'gpu'] as const).map((device) => {
      recordFor(device);
      const program = createProgram(norms);
      const seen = [1, 2, 3].map(
        (factor) =>
          program.call('step', {
            x: Float32Array.from({ length: 2 * 4 * 4 * 8 }, (_, i) => factor * Math.sin(i)),
          })['y'],
      );
      const [state, nodes] = [program.readState(), program.nodes('step')];
      program.dispose();
      return {
        state: { ...state, y: Float32Array.from(seen.map((y) => y?.[0] as number)) },
        nodes,
      };
    }) as unknown as [ReturnType<typeof trained>, ReturnType<typeof trained>];
    assertNear(one.state, many.state);
    assert.equal(many.nodes['AssignVariableOp'], 4);
    assert.equal(one.nodes['AssignVariableOp'], 1);
    assert.equal(one.nodes['Mul'] ?? 0, 0);
  });

  it('computes what depends on frozen state alone once, and again when that state is written', () => {
    recordFor('gpu');
    const program = createProgram({
      state: { frozen: { shape: [2], dtype: 'float32' }, moving: { shape: [2], dtype: 'float32' } },
      initial: { frozen: Float32Array.of(1, 2), moving: Float32Array.of(0, 0) },
      functions: {
        step: {
          inputs: { x: { shape: [2], dtype: 'float32' } },
          run: ({ frozen, moving }, { x }) => {
            const factor = tf.rsqrt(tf.add(tf.mul(frozen as Tensor, 3), 1));
            const next = tf.add(moving as Tensor, tf.mul(factor, x as Tensor));
            return { outputs: { next }, state: { moving: next } };
          },
        },
      },
    });
    const call = () => [
      ...(program.call('step', { x: Float32Array.of(2, 4) })['next'] as Float32Array),
    ];
    const near = (found: readonly number[], expected: readonly number[]) => {
      for (const [at, value] of found.entries()) {
        assert.ok(Math.abs(value - (expected[at] as number)) < 1e-6, String(found));
      }
    };
    const once = [2 / Math.sqrt(4), 4 / Math.sqrt(7)] as const;
    near(call(), once);
    near(call(), [2 * once[0], 2 * once[1]]);
    assert.equal(program.nodes('step')?.['Rsqrt'], undefined);
    assert.equal(program.nodes('prepare')?.['Rsqrt'], 1);
    program.writeState({ frozen: Float32Array.of(0, 0), moving: Float32Array.of(0, 0) });
    near(call(), [2, 4]);
    program.dispose();
  });
});

describe('operations that give back an operand', () => {
  /** Nodes and result of a function of x [2, 4] as a GPU gets it. */
  function lean(run: (x: Tensor2D, bias: Tensor1D) => Tensor) {
    recordFor('gpu');
    const program = createProgram({
      state: {},
      initial: {},
      functions: {
        step: {
          inputs: {
            x: { shape: [2, 4], dtype: 'float32' },
            bias: { shape: [4], dtype: 'float32' },
          },
          run: (_, { x, bias }) => ({
            outputs: { y: run(tf.neg(x as Tensor2D), tf.neg(bias as Tensor1D)) },
            state: {},
          }),
        },
      },
    });
    const x = Float32Array.of(1, -0, 3, 4, 5, 6, 1e-40, 8);
    const { y } = program.call('step', { x, bias: Float32Array.of(1, 2, 3, 4) });
    const nodes = program.nodes('step') ?? {};
    program.dispose();
    return { nodes, y: [...(y as Float32Array)] };
  }

  const whole = [-1, 0, -3, -4, -5, -6, -Math.fround(1e-40), -8];
  const idle: Readonly<Record<string, (x: Tensor2D, bias: Tensor1D) => Tensor>> = {
    Mul: (x) => tf.mul(x, 1),
    RealDiv: (x) => tf.div(x, 1),
    ConcatV2: (x) => tf.concat(tf.split(x, [1, 3], 1), 1),
    Reshape: (x) => tf.reshape(tf.reshape(x, [4, 2]), [2, 4]),
  };
  for (const [op, run] of Object.entries(idle)) {
    it(`are left out: ${op}`, () => {
      const { nodes, y } = lean((x) => tf.relu(run(x, x as unknown as Tensor1D)));
      assert.equal(nodes[op], undefined);
      assert.equal(nodes['SplitV'], undefined);
      assert.deepEqual(
        y,
        whole.map((value) => Math.max(0, value)),
      );
    });
  }

  it('are left out: the sum of a row over its rows', () => {
    const sumOfRows = (x: Tensor) => executeOne('BiasAddGrad', [attribute.type('T')], [x]);
    const one = lean((_, bias) => tf.relu(sumOfRows(bias.reshape([1, 4]))));
    assert.equal(one.nodes['BiasAddGrad'], undefined);
    assert.deepEqual(one.y, [0, 0, 0, 0]);
    const two = lean((_, bias) => sumOfRows(bias.reshape([2, 2])));
    assert.equal(two.nodes['BiasAddGrad'], 1);
    assert.deepEqual(two.y, [-4, -6]);
  });

  const busy: Readonly<Record<string, (x: Tensor2D) => Tensor>> = {
    'a product with another number': (x) => tf.mul(x, 2),
    'a product that has another shape': (x) => tf.mul(x.reshape([8]), tf.ones([1, 1])),
    'parts in another order': (x) => tf.concat(tf.split(x, [2, 2], 1).reverse(), 1),
    'parts along another axis': (x) => tf.concat(tf.split(x, [2, 2], 1), 0),
    'some of the parts': (x) => tf.concat(tf.split(x, [1, 2, 1], 1).slice(0, 2), 1),
  };
  for (const [name, run] of Object.entries(busy)) {
    it(`are not: ${name}`, () => {
      const { y } = lean((x) => run(x));
      recordFor(null);
      const x = tf.tensor2d(whole, [2, 4]);
      assert.deepEqual(y, [...run(x).dataSync()]);
    });
  }
});

describe('a row that is repeated', () => {
  it('has as its gradient one sum, which is that of a CPU within rounding', () => {
    const of = (device: 'cpu' | 'gpu') => {
      recordFor(device);
      const program = createProgram({
        state: {},
        initial: {},
        functions: {
          step: {
            inputs: { row: { shape: [1, 2, 3], dtype: 'float32' } },
            run: (_, { row }) => {
              const factors = tf.range(0, 30).reshape([5, 2, 3]);
              const { loss, gradients } = lossAndGradients({ row: row as Tensor }, () => ({
                loss: tf.sum(tf.mul(tf.square(repeated(row as Tensor, 5)), factors)) as Scalar,
                aux: {},
              }));
              return { outputs: { loss, ...gradients }, state: {} };
            },
          },
        },
      });
      const outputs = program.call('step', { row: Float32Array.of(1, 2, 3, 4, 5, 6) });
      const nodes = program.nodes('step') ?? {};
      program.dispose();
      return { outputs, slices: nodes['Slice'] ?? 0 };
    };
    const [cpu, gpu] = [of('cpu'), of('gpu')];
    assertNear(gpu.outputs, cpu.outputs);
    assert.deepEqual([cpu.slices, gpu.slices], [5, 0]);
  });
});

/** Two batch norms, one after the other. */
const norms: ProgramOptions = {
  state: Object.fromEntries(
    ['mean', 'variance', 'mean2', 'variance2'].map((key) => [
      key,
      { shape: [8], dtype: 'float32' },
    ]),
  ),
  initial: Object.fromEntries(
    ['mean', 'variance', 'mean2', 'variance2'].map((key) => [key, values(key, [8])]),
  ),
  functions: {
    step: {
      inputs: { x: { shape: [2, 4, 4, 8], dtype: 'float32' } },
      run: (state, { x }) => {
        const [one, zero] = [tf.ones([8]) as Tensor1D, tf.zeros([8]) as Tensor1D];
        const first = batchNormTraining(x as Tensor4D, one, zero);
        const second = batchNormTraining(tf.relu(first.y) as Tensor4D, one, zero);
        return {
          outputs: { y: tf.sum(tf.square(second.y)) },
          state: {
            mean: updateRunning(state['mean'] as Tensor, first.mean),
            variance: updateRunning(state['variance'] as Tensor, first.variance),
            mean2: updateRunning(state['mean2'] as Tensor, second.mean),
            variance2: updateRunning(state['variance2'] as Tensor, second.variance),
          },
        };
      },
    },
  },
};
