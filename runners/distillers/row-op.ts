import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * A differentiable operation on rows [R, classes] whose gradient is written by hand.
 *
 * Why by hand: `softmax(student) - softmax(teacher)` cancels exactly where both agree, whereas the
 * chain rule through logarithms and exponentials leaves rounding, which logit standardization of a
 * nearly constant row multiplies by 1e7. Why not the engine's `defineOp`: suites and plans read the
 * table of methods without loading TensorFlow, so files of methods import tf.js's core only.
 */
export interface RowOp<Input extends string, Attrs> {
  /** Inputs that the gradient needs. */
  readonly saves: readonly Input[];
  /** The result first, then what only the gradient needs. New tensors, none of the inputs. */
  forward(inputs: Readonly<Record<Input, Tensor>>, attrs: Attrs): readonly Tensor[];
  /**
   * Gradient per input, computed only where asked for; `saved` holds the inputs of `saves`, then
   * all of `forward`.
   */
  gradient(
    dy: Tensor,
    saved: readonly Tensor[],
    attrs: Attrs,
  ): Readonly<Record<Input, () => Tensor>>;
  /** Number of tensors that `forward` returns. */
  readonly results: number;
}

/**
 * Registers the operation with tf.js's TensorFlow backend and returns the function that runs it.
 */
export function defineRowOp<Input extends string, Attrs extends object>(
  name: string,
  op: RowOp<Input, Attrs>,
): (inputs: Readonly<Record<Input, Tensor>>, attrs: Attrs) => Tensor {
  const kernelName = `RedistillRows${name}`;
  tf.registerKernel({
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => [
      ...op.forward(inputs as unknown as Record<Input, Tensor>, attrs as unknown as Attrs),
    ],
  });
  tf.registerGradient({
    kernelName,
    inputsToSave: [...op.saves],
    outputsToSave: Array.from({ length: op.results }, () => true),
    gradFunc: (dy, saved, attrs) =>
      op.gradient(
        Array.isArray(dy) ? (dy[0] as Tensor) : dy,
        saved,
        attrs as unknown as Attrs,
      ) as Record<string, () => Tensor>,
  });
  return (inputs, attrs) => {
    const results: Tensor[] = tf
      .engine()
      .runKernel(kernelName, { ...inputs }, attrs as unknown as NamedAttrMap);
    return results[0] as Tensor;
  };
}

/** The same values without a gradient: what is behind it counts as constant. */
export function detach<T extends Tensor>(values: T): T {
  return detachOp({ values }, {}) as T;
}

const detachOp = defineRowOp<'values', object>('Detach', {
  saves: [],
  results: 1,
  forward: ({ values }) => [tf.clone(values)],
  gradient: (dy) => ({ values: () => tf.zerosLike(dy) }),
});

/** NaN becomes 0. */
export function zeroNaN<T extends Tensor>(values: T): T {
  return tf.where(tf.isNaN(values), tf.zerosLike(values), values) as T;
}

/**
 * The same values; NaN becomes 0 in the gradient. Behind a loss that was replaced by 0 the chain
 * rule meets 0 * infinity, where the official code, having dropped the loss from its graph, has no
 * gradient at all.
 */
export function guardGradient<T extends Tensor>(values: T): T {
  return guardOp({ values }, {}) as T;
}

const guardOp = defineRowOp<'values', object>('GuardGradient', {
  saves: [],
  results: 1,
  forward: ({ values }) => [tf.clone(values)],
  gradient: (dy) => ({ values: () => zeroNaN(dy) }),
});
