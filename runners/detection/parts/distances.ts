import type { Tensor3D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tensorflow.ts';

/**
 * Boxes [A, B, 4] around points [A, B, 2] by their distances left, up, right and down [A, B, 4].
 */
export function boxesAround(points: Tensor3D, distances: Tensor3D): Tensor3D {
  const [x, y] = tf.unstack(points, 2) as [Tensor3D, Tensor3D];
  const [left, up, right, down] = tf.unstack(distances, 2) as Tensor3D[] as [
    Tensor3D,
    Tensor3D,
    Tensor3D,
    Tensor3D,
  ];
  return tf.stack(
    [tf.sub(x, left), tf.sub(y, up), tf.add(x, right), tf.add(y, down)],
    2,
  ) as Tensor3D;
}

/** Centres [A, B, 2] of boxes [A, B, 4]. */
export function centresOf(boxes: Tensor3D): Tensor3D {
  const [x1, y1, x2, y2] = tf.unstack(boxes, 2) as [Tensor3D, Tensor3D, Tensor3D, Tensor3D];
  return tf.stack([tf.div(tf.add(x2, x1), 2), tf.div(tf.add(y2, y1), 2)], 2) as Tensor3D;
}
