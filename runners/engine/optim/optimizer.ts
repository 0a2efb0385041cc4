import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { TensorMap } from '../types.ts';

export interface OptimizerStep {
  /** New values of the parameters that have a gradient. */
  readonly params: Readonly<Record<string, Tensor>>;
  /** New values of the optimizer's state. */
  readonly state: Readonly<Record<string, Tensor>>;
}

/**
 * An optimizer as a pure function. Its state is named `<buffer>/<parameter>` (`momentum/fc.weight`), so that it lives,
 * is saved and resumes beside the weights.
 */
export interface Optimizer {
  /** Initial state for parameters of the given shapes, all zeros. */
  initialState(
    shapes: Readonly<Record<string, readonly number[]>>,
  ): Record<string, { readonly shape: readonly number[] }>;
  /**
   * Numbers that change from step to step, as scalar inputs of the graph.
   *
   * @param learningRate of this step
   * @param step number of this step, counted from 1 (Adam's bias correction)
   */
  scalars(learningRate: number, step: number): Readonly<Record<string, number>>;
  /** One update. Parameters without a gradient stay as they are, as in PyTorch. Runs inside a recorded step. */
  update(
    params: TensorMap,
    gradients: TensorMap,
    state: TensorMap,
    scalar: (name: string) => Scalar,
  ): OptimizerStep;
}

/** State entries of `buffers` for every parameter. */
export function zeroState(
  buffers: readonly string[],
  shapes: Readonly<Record<string, readonly number[]>>,
): Record<string, { readonly shape: readonly number[] }> {
  return Object.fromEntries(
    Object.entries(shapes).flatMap(([name, shape]) =>
      buffers.map((buffer) => [`${buffer}/${name}`, { shape }] as const),
    ),
  );
}
