import type { Scalar, Tensor } from '@tensorflow/tfjs-core';

/**
 * The pictures that a step's losses are computed of: the whole batch, or a part of it where a batch
 * is worked off in parts. Losses of the parts add up to that of the batch, and so do the gradients.
 */
export interface BatchPart {
  /** A mean over the pictures of the part, as what it adds to the mean over the batch. */
  ofMean(mean: Scalar): Scalar;
  /**
   * The sum over the whole batch of a number of these pictures, without gradient: what losses
   * divide by.
   */
  total(own: Scalar): Scalar;
  /**
   * The rows of these pictures of a table that is made for the whole batch (random numbers).
   *
   * @param shape [pictures, ...] of the part
   */
  rowsOf(shape: readonly number[], make: (shape: readonly number[]) => Tensor): Tensor;
}

/** Nothing is divided, and so nothing is changed. */
export const wholeBatch: BatchPart = {
  ofMean: (mean) => mean,
  total: (own) => own,
  rowsOf: (shape, make) => make(shape),
};

/** Losses that are means over the pictures, as what a part adds to those of the batch. */
export function meansOf(
  losses: Readonly<Record<string, Scalar>>,
  { ofMean }: BatchPart,
): Record<string, Scalar> {
  return Object.fromEntries(Object.entries(losses).map(([name, mean]) => [name, ofMean(mean)]));
}
