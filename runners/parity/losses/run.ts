import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { lossAndGradients } from '../../engine/ops/index.ts';
import { createProgram } from '../../engine/program.ts';
import type { TensorMap } from '../../engine/types.ts';
import type { GoldenTensor } from '../golden.ts';

/** A loss as a function of named tensors, all taken from a golden file (in PyTorch's layout). */
export interface LossFunction {
  readonly tensors: Readonly<Record<string, GoldenTensor>>;
  /** Names of tensors whose gradient is wanted. */
  readonly differentiate: readonly string[];
  loss(tensors: TensorMap): Scalar;
  /** Other quantities to look at. */
  others?(tensors: TensorMap): TensorMap;
}

export interface LossResult {
  readonly loss: number;
  readonly grads: Readonly<Record<string, GoldenTensor>>;
  readonly others: Readonly<Record<string, Float32Array | Int32Array>>;
}

/** Every case runs both ways: as one recorded graph, which is how trials train, and op by op. */
export const modes = ['recorded', 'eager'] as const;
export type Mode = (typeof modes)[number];

/** Runs a loss and its gradients once. */
export function runLoss(definition: LossFunction, mode: Mode): LossResult {
  const { tensors, differentiate } = definition;
  // Golden names (`param:fc1.weight`) are no names of graph nodes: inputs and gradients go by their
  // position.
  const names = Object.keys(tensors);
  const program = createProgram({
    mode,
    state: {},
    initial: {},
    functions: {
      loss: {
        inputs: Object.fromEntries(
          Object.values(tensors).map(({ shape, dtype }, index) => [
            `in${index}`,
            { shape, dtype: dtype === 'float' ? 'float32' : 'int32' },
          ]),
        ),
        run: (_state, inputs) => {
          const named = names.map((name, index) => [name, inputs[`in${index}`] as Tensor]);
          return { state: {}, outputs: outputsOf(definition, Object.fromEntries(named)) };
        },
      },
    },
  });
  try {
    const results = program.call(
      'loss',
      Object.fromEntries(
        Object.values(tensors).map(({ dtype, data }, index) => [
          `in${index}`,
          dtype === 'float' ? Float32Array.from(data) : Int32Array.from(data),
        ]),
      ),
    );
    const grads = differentiate.map((name, index): [string, GoldenTensor] => {
      const data = Float64Array.from(results[`grad${index}`] as Float32Array);
      return [name, { shape: (tensors[name] as GoldenTensor).shape, data, dtype: 'float' }];
    });
    const others = Object.entries(results)
      .filter(([name]) => name.startsWith('other_'))
      .map(([name, values]) => [name.slice('other_'.length), values]);
    return {
      loss: results['loss']?.[0] as number,
      grads: Object.fromEntries(grads),
      others: Object.fromEntries(others),
    };
  } finally {
    program.dispose();
  }
}

function outputsOf(definition: LossFunction, inputs: TensorMap): TensorMap {
  const wanted = definition.differentiate;
  const { loss, gradients } = lossAndGradients(
    Object.fromEntries(wanted.map((name) => [name, inputs[name] as Tensor])),
    () => ({ loss: definition.loss(inputs), aux: {} }),
  );
  const others = definition.others?.(inputs) ?? {};
  return {
    loss,
    // What the loss does not depend on has no gradient of its own; official files have zeros there.
    ...Object.fromEntries(
      wanted.map((name, index) => [
        `grad${index}`,
        gradients[name] ?? tf.zerosLike(inputs[name] as Tensor),
      ]),
    ),
    ...Object.fromEntries(Object.entries(others).map(([name, each]) => [`other_${name}`, each])),
  };
}
