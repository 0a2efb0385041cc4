import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';

/** What a head gives of every level of the pyramid, NHWC, fine to coarse. */
export interface LevelMaps {
  readonly logits: Tensor4D[];
  readonly boxes: Tensor4D[];
}

/** Loss of every level; a step minimizes the sum of all. */
export interface LevelLosses {
  readonly cls: readonly Scalar[];
  readonly box: readonly Scalar[];
}
