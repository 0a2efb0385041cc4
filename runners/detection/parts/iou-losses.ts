import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { tf } from '../../engine/tensorflow.ts';

/**
 * 1 - IoU of each predicted box with the true one in the same row, or its negative logarithm.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/losses/iou_loss.py, `iou_loss`.
 *
 * @param boxes, truth [N, 4] x1, y1, x2, y2
 * @returns [N]
 */
export function iouLoss(boxes: Tensor2D, truth: Tensor2D, mode: 'linear' | 'log'): Tensor1D {
  const iou = tf.maximum(overlap(boxes, truth, 1e-6).iou, 1e-6);
  return (mode === 'linear' ? tf.sub(1, iou) : tf.neg(tf.log(iou))) as Tensor1D;
}

/**
 * 1 - GIoU (Rezatofighi et al. 2019, arXiv:1902.09630, eq. 2).
 *
 * Official file: the same, `giou_loss`.
 */
export function giouLoss(boxes: Tensor2D, truth: Tensor2D): Tensor1D {
  const least = 1e-7;
  const { iou, union } = overlap(boxes, truth, least);
  const [a, b] = [cornersOf(boxes), cornersOf(truth)];
  const across = tf.relu(tf.sub(tf.maximum(a.right, b.right), tf.minimum(a.left, b.left)));
  const down = tf.relu(tf.sub(tf.maximum(a.bottom, b.bottom), tf.minimum(a.top, b.top)));
  const enclosing = tf.maximum(tf.mul(across, down), least);
  const giou = tf.sub(iou, tf.div(tf.sub(enclosing, union), enclosing));
  return tf.sub(1, giou) as Tensor1D;
}

/** IoU of the boxes in the same row, [N]; the union is at least 1e-6. */
export function overlapOf(boxes: Tensor2D, truth: Tensor2D): Tensor1D {
  return overlap(boxes, truth, 1e-6).iou as Tensor1D;
}

function overlap(boxes: Tensor2D, truth: Tensor2D, least: number): { iou: Tensor; union: Tensor } {
  const [a, b] = [cornersOf(boxes), cornersOf(truth)];
  const width = tf.relu(tf.sub(tf.minimum(a.right, b.right), tf.maximum(a.left, b.left)));
  const height = tf.relu(tf.sub(tf.minimum(a.bottom, b.bottom), tf.maximum(a.top, b.top)));
  const inner = tf.mul(width, height);
  const union = tf.maximum(tf.sub(tf.add(areaOf(a), areaOf(b)), inner), least);
  return { iou: tf.div(inner, union), union };
}

interface Corners {
  readonly left: Tensor;
  readonly top: Tensor;
  readonly right: Tensor;
  readonly bottom: Tensor;
}

function cornersOf(boxes: Tensor2D): Corners {
  const [left, top, right, bottom] = tf.unstack(boxes, 1) as [Tensor, Tensor, Tensor, Tensor];
  return { left, top, right, bottom };
}

const areaOf = ({ left, top, right, bottom }: Corners) =>
  tf.mul(tf.sub(right, left), tf.sub(bottom, top));
