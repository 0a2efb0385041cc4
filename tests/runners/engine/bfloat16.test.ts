import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { inBfloat16 } from '../../../runners/engine/bfloat16/half.ts';
import {
  type Bfloat16,
  bfloat16Of,
  processorBfloat16,
  recordForBfloat16,
} from '../../../runners/engine/bfloat16/processor.ts';
import { fuse } from '../../../runners/engine/fuse.ts';
import {
  batchNormTraining,
  biasAdd,
  conv2d,
  linear,
  lossAndGradients,
  maxPool,
  relu,
} from '../../../runners/engine/ops/index.ts';
import { withoutWinograd } from '../../../runners/engine/ops/kernels.ts';
import { createProgram } from '../../../runners/engine/program.ts';
import { type RecordedOperation, recordFunction } from '../../../runners/engine/record.ts';
import { backend, dataTypes, tf } from '../../../runners/engine/tensorflow.ts';
import type { FunctionSpec, TensorMap } from '../../../runners/engine/types.ts';

const sizes = { x: [2, 8, 8, 16], first: [3, 3, 16, 16], second: [3, 3, 16, 32], fc: [32, 4] };
const scales = { scale: [16], offset: [16], bias: [32] };
const shapes: Readonly<Record<string, readonly number[]>> = { ...sizes, ...scales };

/**
 * A small residual network with every operation that has a rule, its gradients, and a loss in which
 * products of matrices are none of a layer.
 */
const step = (pooled: 'largest' | 'mean' = 'largest'): FunctionSpec => ({
  inputs: { x: { shape: [2, 8, 8, 16], dtype: 'float32' } },
  run: (state, { x }) => {
    const { first, second, fc, scale, offset, bias } = state as Record<string, Tensor>;
    const { loss, gradients } = lossAndGradients(
      { first, second, fc, scale, offset, bias } as Record<string, Tensor>,
      () => {
        const map = conv2d(x as Tensor4D, first as Tensor4D, { padding: 1 });
        const { y } = batchNormTraining(map, scale as Tensor1D, offset as Tensor1D);
        const inner = relu(tf.add(relu(y), y) as Tensor4D);
        const strided = conv2d(inner, second as Tensor4D, { padding: 1, stride: 2 });
        const biased = relu(biasAdd(strided, bias as Tensor1D));
        const one = pooled === 'mean' ? tf.mean(biased, [1, 2]) : maxPool(biased, 4);
        const logits = linear(one.reshape([2, 32]), fc as Tensor2D);
        const shares = tf.softmax(logits);
        const near = tf.mean(tf.matMul(shares, shares, false, true));
        const total = tf.add(near, tf.mean(tf.square(logits)));
        return { loss: total as Scalar, aux: {} };
      },
    );
    return {
      outputs: { loss, ...gradients },
      state: { first: tf.sub(first as Tensor, gradients['first'] as Tensor) },
    };
  },
});

const valuesOf = (shape: readonly number[], of: (index: number) => number) =>
  Float32Array.from({ length: shape.reduce((product, side) => product * side, 1) }, (_, i) =>
    of(i),
  );

function operations(processor: Bfloat16): readonly RecordedOperation[] {
  const state: TensorMap = Object.fromEntries(
    Object.entries(shapes)
      .filter(([name]) => name !== 'x')
      .map(([name, shape]) => [name, tf.ones([...shape])]),
  );
  backend().getInputTensorIds(Object.values(state));
  // As programs record what is to have 16 bits.
  const recorded = withoutWinograd(() => recordFunction('f', step(), state));
  const { nodes } = inBfloat16(fuse(recorded), processor);
  return nodes.filter((node) => node.kind === 'op');
}

const typeOf = ({ attributes }: RecordedOperation) =>
  attributes.find(({ name }) => name === 'T')?.value === dataTypes.bfloat16 ? 16 : 32;

/** Operations with 16 bits and with 32, each once. */
function byBits(processor: Bfloat16): Readonly<Record<16 | 32, ReadonlySet<string>>> {
  const all = operations(processor);
  const of = (bits: number) => new Set(all.filter((o) => typeOf(o) === bits).map(({ op }) => op));
  return { 16: of(16), 32: of(32) };
}

it('what a processor has is read from its instruction sets', () => {
  assert.equal(bfloat16Of(['avx2', 'avx512f', 'avx512_vnni']), null);
  assert.equal(bfloat16Of(['avx512f', 'avx512_bf16', 'amx_tile']), 'avx512');
  assert.equal(bfloat16Of(['avx512_bf16', 'amx_bf16', 'amx_tile', 'amx_int8']), 'amx');
  assert.equal(bfloat16Of([]), null);
});

describe('a function in bfloat16', () => {
  it('has products, batch norms and what lies between in 16 bits; losses and updates in 32', () => {
    const { 16: half, 32: whole } = byBits('amx');
    for (const op of [
      ...['Conv2D', '_MklNativeFusedConv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'],
      ...['MatMul', 'FusedBatchNormV3', 'FusedBatchNormGradV3', 'Relu', 'ReluGrad', 'MaxPool'],
      ...['MaxPoolGrad', 'Reshape', 'Add', 'PadV2', 'Slice'],
    ]) {
      assert.ok(half.has(op), `${op} in 16 bits`);
    }
    for (const op of ['Conv2D', 'MatMul', 'FusedBatchNormV3', 'ReluGrad', 'MaxPool'])
      assert.ok(!whole.has(op), `${op} in 32 bits`);
    for (const op of ['Softmax', 'BatchMatMulV2', 'Square', 'Mean', 'Sub'])
      assert.ok(whole.has(op) && !half.has(op), `${op} in 32 bits`);
  });

  it('has products in 32 bits where there are no units for them, with everything else the same', () => {
    const [units, vectors] = [byBits('amx'), byBits('avx512')];
    const products = ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter', 'MatMul'];
    for (const op of products) assert.ok(vectors[32].has(op) && !vectors[16].has(op), op);
    assert.ok(vectors[32].has('_FusedConv2D'));
    const others = [...units[16]].filter((op) => !/^(Conv2D|MatMul|_Mkl)/.test(op));
    assert.deepEqual([...vectors[16]].sort(), others.sort());
  });

  it('casts a value once, whoever reads it', () => {
    for (const processor of ['amx', 'avx512'] as const) {
      const casts = operations(processor).filter(({ op }) => op === 'Cast');
      const keys = casts.map(({ inputs: [edge], attributes }) =>
        JSON.stringify([edge, attributes.at(-1)?.value]),
      );
      assert.equal(new Set(keys).size, keys.length);
      const ofWeight = casts.filter(({ inputs: [edge] }) => edge?.node === 'f/read/second');
      assert.equal(ofWeight.length, 1);
    }
  });

  it('computes what 32 bits do, within what bfloat16 rounds, on either kind of processor', (test) => {
    if (processorBfloat16() === null) return test.skip('this processor has no bfloat16');
    const whole = run(step('mean'), undefined, noise);
    for (const kind of ['amx', 'avx512'] as const) {
      const half = run(step('mean'), kind, noise);
      for (const [name, expected] of Object.entries(whole)) {
        const off = (half[name] as Float32Array).map((value, i) => value - (expected[i] as number));
        // A few roundings of 2^-9 on the way.
        const share = Math.hypot(...off) / Math.hypot(...expected);
        assert.ok(share < 0.1, `${name} by ${share}`);
        assert.notDeepEqual(half[name], expected, `${name} is rounded`);
      }
    }
  });

  it('is exact where every number on the way has eight bits', (test) => {
    if (processorBfloat16() === null) return test.skip('this processor has no bfloat16');
    const small = (_: string, i: number) => ((i * 7) % 5) - 2;
    const product: FunctionSpec = {
      inputs: { x: { shape: [2, 8, 8, 16], dtype: 'float32' } },
      run: ({ fc, bias }, { x }) => {
        const rows = tf.slice((x as Tensor).reshape([-1, 32]), [0, 0], [8, 32]) as Tensor2D;
        const sums = biasAdd(linear(rows, fc as Tensor2D), tf.slice(bias as Tensor1D, 0, 4));
        return { outputs: { sums }, state: {} };
      },
    };
    const whole = run(product, undefined, small);
    assert.ok(Math.max(...(whole['sums'] as Float32Array).map(Math.abs)) <= 128);
    for (const kind of ['amx', 'avx512'] as const)
      assert.deepEqual(run(product, kind, small), whole);
  });
});

const noise = (name: string, i: number) =>
  Math.sin(i * 12.9898 + name.length) * (name === 'x' ? 1 : 0.3);

/** Outputs on a processor of this kind; without one in 32 bits. */
function run(
  spec: FunctionSpec,
  processor: Bfloat16 | undefined,
  of: (name: string, index: number) => number,
): Record<string, Float32Array> {
  const values = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, valuesOf(shape, (i) => of(name, i))]),
  );
  const { x, ...initial } = values as Record<string, Float32Array>;
  recordForBfloat16(processor ?? null);
  try {
    const program = createProgram({
      state: Object.fromEntries(
        Object.keys(initial).map((name) => [
          name,
          { shape: shapes[name] as readonly number[], dtype: 'float32' },
        ]),
      ),
      initial,
      functions: { f: spec },
      ...(processor !== undefined && { precision: 'mixed' }),
    });
    const outputs = program.call('f', { x: x as Float32Array });
    program.dispose();
    return outputs as Record<string, Float32Array>;
  } finally {
    recordForBfloat16(null);
  }
}
