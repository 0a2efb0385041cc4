import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tensorflow.ts';

/** Levels [B, H, W, A * values] one after the other in the order of the anchors, [B, N, values]. */
export function concatLevels(levels: readonly Tensor4D[], values: number): Tensor3D {
  const rows = levels.map((map) => map.reshape([map.shape[0], -1, values]));
  return (rows.length === 1 ? rows[0] : tf.concat(rows, 1)) as Tensor3D;
}
