import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import type { TensorMap } from '../types.ts';

/** A tensor that an optimizer moves. Its state is named `<buffer>/<key>`: `momentum/fc.weight`. */
export interface ParameterSlot {
  readonly key: string;
  readonly spec: { readonly shape: readonly number[] };
}

export interface ParameterUpdate {
  readonly key: string;
  readonly value: Tensor;
  /**
   * Absent or null where the loss does not depend on the parameter: it stays as it is, without
   * decay, as in PyTorch.
   */
  readonly gradient?: Tensor | null | undefined;
  /**
   * Gradient of the distillation loss, for an optimizer that keeps it apart; `gradient` is then
   * that of the task's loss. Absent or null as above.
   */
  readonly distilled?: Tensor | null | undefined;
  /** Whether weight decay acts on it. Default: true. */
  readonly decays?: boolean;
  /** Factor of its learning rate. Default: 1. */
  readonly rate?: number;
}

export interface OptimizerInput {
  readonly parameters: readonly ParameterUpdate[];
  /** The optimizer's state by the names that `initialState` gave. */
  readonly state: TensorMap;
  readonly learningRate: Scalar;
}

export interface OptimizerResult {
  /** New value of every parameter, by key. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** New values of the state that changed. */
  readonly state: Readonly<Record<string, Tensor>>;
}

/**
 * An optimizer as a pure function that can be recorded. Its state holds everything that changes
 * from step to step, except the learning rate. The state is saved and resumed beside the weights.
 */
export interface Optimizer {
  initialState(
    parameters: readonly ParameterSlot[],
  ): Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>;
  update(input: OptimizerInput): OptimizerResult;
}

/** Zeros for each of `buffers` of every parameter. */
export function zeroState(
  buffers: readonly string[],
  parameters: readonly ParameterSlot[],
): ReturnType<Optimizer['initialState']> {
  return Object.fromEntries(
    parameters.flatMap(({ key, spec: { shape } }) =>
      buffers.map((buffer) => {
        const size = shape.reduce((product, side) => product * side, 1);
        return [`${buffer}/${key}`, { shape, values: new Float32Array(size) }] as const;
      }),
    ),
  );
}

/** The learning rate of one parameter. */
export function rateOf(learningRate: Scalar, { rate = 1 }: Pick<ParameterUpdate, 'rate'>): Scalar {
  return rate === 1 ? learningRate : tf.mul(learningRate, rate);
}

/** The state entry that counts completed steps, for optimizers that need it. */
export const stepCounter = 'step';
