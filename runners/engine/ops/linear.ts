import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { attribute, defineOp, executeOne, shapeError } from './native.ts';

const matMul = (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean) =>
  executeOne(
    'MatMul',
    [
      attribute.type('T'),
      attribute.flag('transpose_a', transposeA),
      attribute.flag('transpose_b', transposeB),
    ],
    [a, b],
  );

const matMulOp = defineOp<'x' | 'weight', Record<never, never>>('MatMul', {
  forward: ({ x, weight }) => [matMul(x, weight, false, false)],
  saveInputs: ['x', 'weight'],
  saveOutputs: [false],
  gradient: (dy, [x, weight]) => ({
    x: () => matMul(dy, weight as Tensor, false, true),
    weight: () => matMul(x as Tensor, dy, true, false),
  }),
});

const biasAddOp = defineOp<'x' | 'bias', Record<never, never>>('BiasAdd', {
  forward: ({ x, bias }) => [executeOne('BiasAdd', [attribute.type('T')], [x, bias])],
  saveInputs: [],
  saveOutputs: [false],
  gradient: (dy) => ({
    x: () => dy.clone(),
    bias: () => executeOne('BiasAddGrad', [attribute.type('T')], [dy]),
  }),
});

/** Adds `bias` [C] along the last axis of `x` (rank 2 or more). */
export function biasAdd<T extends Tensor>(x: T, bias: Tensor): T {
  return biasAddOp({ x, bias }, {})[0] as T;
}

/**
 * Fully connected layer: x [..., I] by `weight` [I, O] (PyTorch's [O, I] transposed) plus `bias`
 * [O].
 *
 * @throws EngineError `ENGINE_SHAPE` naming the layer when the last axis of `x` is not I
 */
export function linear(x: Tensor2D, weight: Tensor2D, bias?: Tensor1D | null): Tensor2D;
export function linear(x: Tensor3D, weight: Tensor2D, bias?: Tensor1D | null): Tensor3D;
export function linear(
  x: Tensor2D | Tensor3D,
  weight: Tensor2D,
  bias: Tensor1D | null = null,
): Tensor {
  const width = x.shape[x.rank - 1] as number;
  if (width !== weight.shape[0]) {
    throw shapeError(
      'linear',
      `the input [${x.shape}] has ${width} features, the weight [${weight.shape}] takes ${weight.shape[0]}.`,
    );
  }
  const rows: Tensor = x.rank === 2 ? x : x.reshape([-1, width]);
  const product = matMulOp({ x: rows, weight }, {})[0] as Tensor;
  const sum = bias === null ? product : biasAdd(product, bias);
  return x.rank === 2 ? sum : sum.reshape([...x.shape.slice(0, -1), weight.shape[1]]);
}
