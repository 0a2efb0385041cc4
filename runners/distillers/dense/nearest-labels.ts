import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { takeFromEach } from '../../engine/ops/index.ts';

/**
 * The label of the pixel from which each position of a smaller map starts, as PyTorch's
 * `Upsample(mode='nearest')` takes it: pixel floor(i * in / out).
 *
 * @param labels [B, H, W] int32
 * @param size height and width of the map
 * @returns [B, height * width] int32
 */
export function nearestLabels(
  labels: Tensor3D,
  [height, width]: readonly [number, number],
): Tensor2D {
  const [batch, rows, columns] = labels.shape;
  const across = sources(columns, width);
  const places = sources(rows, height).flatMap((y) => across.map((x) => y * columns + x));
  const indices = tf.tensor2d(
    Int32Array.from(
      { length: batch * places.length },
      (_, at) => places[at % places.length] as number,
    ),
    [batch, places.length],
    'int32',
  );
  // In float32, as all that a GPU is to keep.
  const flat = tf.reshape(tf.cast(labels, 'float32'), [batch, rows * columns]) as Tensor2D;
  return tf.cast(takeFromEach(flat, indices), 'int32') as Tensor2D;
}

/** Where each of `count` positions reads among `from` pixels; PyTorch scales in float32. */
function sources(from: number, count: number): number[] {
  const scale = Math.fround(from / count);
  return Array.from({ length: count }, (_, index) =>
    Math.min(Math.floor(Math.fround(index * scale)), from - 1),
  );
}
