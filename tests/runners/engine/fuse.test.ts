import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { fuse } from '../../../runners/engine/fuse.ts';
import { batchNormInference, batchNormTraining } from '../../../runners/engine/ops/batch-norm.ts';
import { biasAdd, conv2d, linear, relu } from '../../../runners/engine/ops/index.ts';
import { createProgram } from '../../../runners/engine/program.ts';
import { recordFunction } from '../../../runners/engine/record.ts';
import { backend, tf } from '../../../runners/engine/tensorflow.ts';
import type { FunctionSpec, TensorMap } from '../../../runners/engine/types.ts';

const inputsOf = (channels: number) =>
  ({ x: { shape: [2, 4, 4, channels], dtype: 'float32' } }) as const;
const inputs = inputsOf(16);
const channels = { shape: [16], dtype: 'float32' } as const;

/** Results and gradients of `map`, which is given the input after a batch norm in training mode. */
function afterNorm(map: (y: Tensor) => Tensor, size = 16): FunctionSpec {
  return {
    inputs: inputsOf(size),
    run: (state, { x }) => {
      const loss = (input: Tensor, scale: Tensor, offset: Tensor) => {
        const { y } = batchNormTraining(input as Tensor4D, scale as Tensor1D, offset as Tensor1D);
        return tf.sum(tf.square(map(y))) as ReturnType<typeof tf.scalar>;
      };
      const [scale, offset] = [state['scale'] as Tensor, state['offset'] as Tensor];
      const { value, grads } = tf.valueAndGrads(loss)([x as Tensor, scale, offset]);
      const [dx, dScale, dOffset] = grads as [Tensor, Tensor, Tensor];
      return { outputs: { value, dx, dScale, dOffset }, state: {} };
    },
  };
}

function operationsOf(spec: FunctionSpec, size = 16): string[] {
  const state: TensorMap = { scale: tf.ones([size]), offset: tf.zeros([size]) };
  backend().getInputTensorIds(Object.values(state));
  const { nodes } = fuse(recordFunction('f', spec, state));
  return nodes.flatMap((node) => (node.kind === 'op' ? [node.op] : []));
}

it('a batch norm and the ReLU that alone uses its map become one operation', () => {
  const ops = operationsOf(afterNorm(relu));
  assert.equal(ops.filter((op) => op === '_FusedBatchNormEx').length, 1);
  assert.ok(!ops.includes('Relu') && !ops.includes('FusedBatchNormV3'));
});

it('a map that something else reads too stays, and so does a batch norm with running statistics', () => {
  for (const spec of [
    afterNorm((y) => tf.add(relu(y), y)),
    {
      inputs,
      run: ({ scale, offset }: TensorMap, { x }: TensorMap) => {
        const [s, o] = [scale as Tensor1D, offset as Tensor1D];
        return { outputs: { y: relu(batchNormInference(x as Tensor4D, s, o, o, s)) }, state: {} };
      },
    },
  ]) {
    const ops = operationsOf(spec);
    assert.ok(ops.includes('Relu') && !ops.includes('_FusedBatchNormEx'), ops.join());
  }
});

it('channels that do not come by fours stay two operations, which the joined one would refuse', () => {
  assert.ok(operationsOf(afterNorm(relu, 6), 6).includes('Relu'));
});

it('a convolution and the sum with its bias become one operation, with its operands and gradients', () => {
  const spec: FunctionSpec = {
    inputs,
    run: (state, { x }) => {
      const loss = (map: Tensor, weight: Tensor, bias: Tensor) =>
        tf.sum(
          tf.square(
            conv2d(
              map as Tensor4D,
              weight as Tensor4D,
              { padding: 1, stride: 2 },
              bias as Tensor1D,
            ),
          ),
        ) as ReturnType<typeof tf.scalar>;
      const weight = tf.reshape(tf.range(0, 3 * 3 * 16 * 4).div(600), [3, 3, 16, 4]);
      const bias = tf.slice(state['scale'] as Tensor1D, 0, 4);
      const { value, grads } = tf.valueAndGrads(loss)([x as Tensor, weight, bias]);
      const [dx, dWeight, dBias] = grads as [Tensor, Tensor, Tensor];
      return { outputs: { value, dx, dWeight, dBias }, state: {} };
    },
  };
  const ops = operationsOf(spec);
  assert.ok(ops.includes('_FusedConv2D') && !ops.includes('Conv2D') && !ops.includes('BiasAdd'));
  assertAsEager(spec);
});

it('a convolution with its bias takes the ReLU that alone uses its map, with the same bits', () => {
  const rectified = (alone: boolean): FunctionSpec => ({
    inputs,
    run: (state, { x }) => {
      const weight = tf.reshape(
        tf
          .range(0, 3 * 3 * 16 * 8)
          .div(600)
          .sub(1),
        [3, 3, 16, 8],
      );
      const bias = tf.slice(state['scale'] as Tensor1D, 0, 8);
      const map = conv2d(x as Tensor4D, weight as Tensor4D, { padding: 1, stride: 1 }, bias);
      return { outputs: alone ? { y: relu(map) } : { y: relu(map), map }, state: {} };
    },
  });
  const ops = operationsOf(rectified(true));
  assert.ok(ops.includes('_FusedConv2D') && !ops.includes('Relu') && !ops.includes('BiasAdd'));
  const apart = operationsOf(rectified(false));
  assert.ok(apart.includes('_FusedConv2D') && apart.includes('Relu'));
  const [joined, two] = [rectified(true), rectified(false)].map((spec) => resultsOf(spec));
  assert.deepEqual(joined?.['y'], two?.['y']);
  assert.ok(joined?.['y']?.some((value) => value === 0));
});

it('the joined operation has the results and gradients of the two', () => {
  assertAsEager(afterNorm(relu));
});

function resultsOf(spec: FunctionSpec, mode: 'recorded' | 'eager' = 'recorded') {
  const program = createProgram({
    mode,
    state: { scale: channels, offset: channels },
    initial: {
      scale: Float32Array.from({ length: 16 }, (_, index) => 0.5 + index / 16),
      offset: Float32Array.from({ length: 16 }, (_, index) => 0.3 - index / 20),
    },
    functions: { f: spec },
  });
  try {
    const x = Float32Array.from({ length: 512 }, (_, index) => ((index * 37) % 101) / 50 - 1);
    return program.call('f', { x });
  } finally {
    program.dispose();
  }
}

/** Recorded, and so joined, a function gives what it gives operation by operation. */
function assertAsEager(spec: FunctionSpec): void {
  const recorded = resultsOf(spec);
  const eager = resultsOf(spec, 'eager');
  for (const key of Object.keys(eager)) {
    const expected = eager[key] as Float32Array;
    const largest = Math.max(...expected.map(Math.abs));
    expected.forEach((value, index) => {
      const error = Math.abs((recorded[key]?.[index] as number) - value);
      assert.ok(error <= 1e-5 * largest, `${key}[${index}] is off by ${error}`);
    });
  }
}

it('a product of matrices and the sum with its bias become one operation with the same bits', () => {
  const shapes = { x: [6, 40], weight: [40, 24], bias: [24] } as const;
  const state = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }]),
  );
  const initial = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      Float32Array.from({ length: shape[0] * (shape[1] ?? 1) }, (_, at) => Math.sin(at)),
    ]),
  );
  const product = ({ x, weight, bias }: TensorMap, apart: boolean) => {
    const [rows, matrix, offset] = [x as Tensor2D, weight as Tensor2D, bias as Tensor1D];
    if (!apart) return { y: linear(rows, matrix, offset) };
    // Read twice, the product stays an operation of its own.
    const alone = linear(rows, matrix);
    return { y: biasAdd(alone, offset), alone };
  };
  const functionOf = (apart: boolean): FunctionSpec => ({
    inputs: {},
    run: (given) => ({ outputs: product(given, apart), state: {} }),
  });
  const program = createProgram({
    mode: 'recorded',
    state,
    initial,
    functions: { joined: functionOf(false), apart: functionOf(true) },
  });
  const [joined, apart] = [program.call('joined', {}), program.call('apart', {})];
  program.dispose();
  assert.deepEqual(joined['y'], apart['y']);
  const tensors: TensorMap = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, tf.ones([...shape])]),
  );
  backend().getInputTensorIds(Object.values(tensors));
  const opsOf = (spec: FunctionSpec) =>
    fuse(recordFunction('f', spec, tensors)).nodes.flatMap((node) =>
      node.kind === 'op' ? [node.op] : [],
    );
  assert.deepEqual(opsOf(functionOf(false)), ['_FusedMatMul']);
  assert.ok(opsOf(functionOf(true)).includes('BiasAdd'));
});
