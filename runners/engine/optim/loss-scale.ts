import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { choose } from '../ops/index.ts';
import { recordsForGpu } from '../target.ts';
import { tf } from '../tensorflow.ts';
import { flat } from './clip.ts';

/*
 * Dynamic loss scaling for mixed precision, exactly as `torch.cuda.amp.GradScaler` with its
 * defaults (PyTorch 1.13): small gradients that 16 bits would round to zero are computed times a
 * power of two. A step whose gradients are not all finite is left out and halves the scale; 2,000
 * steps without one double it.
 */

const initialScale = 2 ** 16;
const growthFactor = 2;
const backoffFactor = 0.5;
const growthInterval = 2000;

/** A scaler's state by PyTorch's names: the factor, and the steps since it changed. */
export interface ScalerState<T> {
  readonly scale: T;
  readonly growth_tracker: T;
}

export const initialScaler: ScalerState<number> = { scale: initialScale, growth_tracker: 0 };

/**
 * Gradients of the loss from those of the scaled loss, and whether all of their values are finite
 * (a bool scalar).
 */
export function unscale(
  gradients: Readonly<Record<string, Tensor>>,
  scale: Scalar,
): { readonly gradients: Record<string, Tensor>; readonly finite: Scalar } {
  const inverse = tf.div(1, scale);
  const unscaled = Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, inverse)]),
  );
  if (recordsForGpu()) {
    const values = tf.mul(flat(Object.values(gradients)), inverse);
    return { gradients: unscaled, finite: tf.all(tf.isFinite(values)) as Scalar };
  }
  const finite = Object.values(unscaled)
    .map((gradient) => tf.all(tf.isFinite(gradient)))
    .reduce((all, each) => tf.logicalAnd(all, each), tf.scalar(true, 'bool'));
  return { gradients: unscaled, finite: finite as Scalar };
}

/** The scaler after a step whose gradients were finite or not. */
export function nextScaler(
  { scale, growth_tracker: tracker }: ScalerState<Scalar>,
  finite: Scalar,
): ScalerState<Scalar> {
  const steps = tf.add(tracker, 1);
  const grows = tf.greaterEqual(steps, growthInterval) as Scalar;
  const grown = tf.mul(scale, growthFactor);
  const kept = choose(tf.logicalAnd(grows, tf.isFinite(grown)) as Scalar, grown, scale);
  return {
    scale: choose(finite, kept, tf.mul(scale, backoffFactor)) as Scalar,
    growth_tracker: choose(
      finite,
      choose(grows, tf.zerosLike(steps), steps),
      tf.zerosLike(steps),
    ) as Scalar,
  };
}
