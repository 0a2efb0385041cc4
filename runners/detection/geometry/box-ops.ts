import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tensorflow.ts';
import { type DeltaCoder, largestLog } from './delta-coder.ts';

/*
 * What tasks/detection does with boxes outside of the step, on tensors [B, N, 4] within it. Without
 * gradients.
 */

interface Centred {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly width: Tensor;
  readonly height: Tensor;
}

function centred(boxes: Tensor3D): Centred {
  const [x1, y1, x2, y2] = tf.unstack(boxes, 2) as [Tensor, Tensor, Tensor, Tensor];
  return {
    x: tf.mul(tf.add(x1, x2), 0.5),
    y: tf.mul(tf.add(y1, y2), 0.5),
    width: tf.sub(x2, x1),
    height: tf.sub(y2, y1),
  };
}

/** As `decodeDeltas`, one box per prior, not clipped. */
export function decodeBoxes(
  priors: Tensor3D,
  deltas: Tensor3D,
  { means, stds }: DeltaCoder,
): Tensor3D {
  const prior = centred(priors);
  const plain = tf.add(tf.mul(deltas, tf.tensor1d([...stds])), tf.tensor1d([...means]));
  const [dx, dy, dw, dh] = tf.unstack(plain, 2) as [Tensor, Tensor, Tensor, Tensor];
  const x = tf.add(prior.x, tf.mul(prior.width, dx));
  const y = tf.add(prior.y, tf.mul(prior.height, dy));
  const grown = (delta: Tensor) => tf.exp(tf.clipByValue(delta, -largestLog, largestLog));
  const across = tf.mul(tf.mul(prior.width, grown(dw)), 0.5);
  const down = tf.mul(tf.mul(prior.height, grown(dh)), 0.5);
  return tf.stack(
    [tf.sub(x, across), tf.sub(y, down), tf.add(x, across), tf.add(y, down)],
    2,
  ) as Tensor3D;
}

/**
 * As `encodeDeltas`. Priors without extent give what is not finite: leave their rows out by a
 * select, not a factor.
 */
export function encodeBoxes(
  priors: Tensor3D,
  truth: Tensor3D,
  { means, stds }: DeltaCoder,
): Tensor3D {
  const [prior, wanted] = [centred(priors), centred(truth)];
  const raw = tf.stack(
    [
      tf.div(tf.sub(wanted.x, prior.x), prior.width),
      tf.div(tf.sub(wanted.y, prior.y), prior.height),
      tf.log(tf.div(wanted.width, prior.width)),
      tf.log(tf.div(wanted.height, prior.height)),
    ],
    2,
  );
  return tf.div(tf.sub(raw, tf.tensor1d([...means])), tf.tensor1d([...stds])) as Tensor3D;
}

/** Boxes within their pictures: x in [0, width], y in [0, height]. */
export function clipTo(boxes: Tensor3D, imgShapes: Tensor2D): Tensor3D {
  const [height, width] = tf.unstack(imgShapes, 1) as [Tensor, Tensor];
  const bounds = tf.stack([width, height, width, height], 1).reshape([-1, 1, 4]);
  return tf.maximum(tf.minimum(boxes, bounds), 0) as Tensor3D;
}

/** Overlaps of all pairs of boxes of each picture, [B, N, M]; the union is at least 1e-6. */
export function pairOverlaps(boxes: Tensor3D, others: Tensor3D): Tensor3D {
  const parts = (x: Tensor3D, shape: [number, number, number]) =>
    tf.unstack(x, 2).map((each) => each.reshape(shape)) as [Tensor, Tensor, Tensor, Tensor];
  const [pictures, rows] = boxes.shape;
  const columns = others.shape[1];
  const [a1, b1, a2, b2] = parts(boxes, [pictures, rows, 1]);
  const [u1, v1, u2, v2] = parts(others, [pictures, 1, columns]);
  const width = tf.relu(tf.sub(tf.minimum(a2, u2), tf.maximum(a1, u1)));
  const height = tf.relu(tf.sub(tf.minimum(b2, v2), tf.maximum(b1, v1)));
  const inner = tf.mul(width, height);
  const area = tf.mul(tf.sub(a2, a1), tf.sub(b2, b1));
  const otherArea = tf.mul(tf.sub(u2, u1), tf.sub(v2, v1));
  const union = tf.maximum(tf.sub(tf.add(area, otherArea), inner), 1e-6);
  return tf.div(inner, union) as Tensor3D;
}
