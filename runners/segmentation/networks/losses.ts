import type { Scalar, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { ignoreLabel } from '../../data/dense/types.ts';
import { crossEntropyRows, resizeBilinear } from '../../engine/ops/index.ts';
import { tf } from '../../engine/tensorflow.ts';
import { type BatchPart, wholeBatch } from '../../tasks/parts/part.ts';
import { type MapReading, usualReading } from './types.ts';

export type PixelLossOptions = Partial<Pick<MapReading, 'alignCorners' | 'averageCounted'>>;

/**
 * Mean cross-entropy per pixel of logits that are resized to the labels' size before. Pixels of the
 * label 255 count nothing in the sum.
 *
 * Official files: mmsegmentation 1.2.2 mmseg/models/decode_heads/decode_head.py (`loss_by_feat`),
 * mmseg/models/losses/cross_entropy_loss.py.
 *
 * @param logits [B, h, w, classes]
 * @param labels [B, H, W], a class or 255 each; float32 as a step has them, or int32
 * @param part the pictures of the batch that these are
 */
export function pixelCrossEntropy(
  logits: Tensor4D,
  labels: Tensor3D,
  options: PixelLossOptions = {},
  part: BatchPart = wholeBatch,
): Scalar {
  const { alignCorners, averageCounted } = { ...usualReading, ...options };
  const { rows, flat, counted } = pixelRows(logits, labels, alignCorners);
  const known = tf.cast(tf.mul(flat, counted), 'int32') as Tensor1D;
  const losses = tf.mul<Tensor1D>(crossEntropyRows(rows, known), counted);
  if (!averageCounted) return part.ofMean(tf.div(tf.sum(losses), tf.scalar(counted.size)));
  return tf.div(tf.sum(losses), tf.maximum(part.total(tf.sum(counted)), 1));
}

/** How often the losses of both heads ask for a sum over the batch. */
export function lossTotals({ averageCounted }: MapReading = usualReading): number {
  return averageCounted ? 2 : 0;
}

/**
 * The losses of both heads, weighted.
 *
 * @param output logits [B, h, w, classes] of both heads
 * @param labels [B, H, W] as of `pixelCrossEntropy`
 */
export function headLosses(
  output: { readonly logits: Tensor4D; readonly auxiliary: Tensor4D },
  labels: Tensor3D,
  reading: MapReading = usualReading,
  part: BatchPart = wholeBatch,
): Readonly<Record<'ce' | 'auxiliary', Scalar>> {
  const { auxiliaryWeight } = reading;
  return {
    ce: pixelCrossEntropy(output.logits, labels, reading, part),
    auxiliary: tf.mul(pixelCrossEntropy(output.auxiliary, labels, reading, part), auxiliaryWeight),
  };
}

/** Pixels whose largest logit is the label, and pixels that count, as float32 scalars. */
export function pixelAccuracy(
  logits: Tensor4D,
  labels: Tensor3D,
  { alignCorners }: Pick<MapReading, 'alignCorners'> = usualReading,
): { readonly correct: Scalar; readonly counted: Scalar } {
  const { rows, flat, counted } = pixelRows(logits, labels, alignCorners);
  const right = tf.cast(tf.equal(tf.cast(tf.argMax(rows, 1), 'float32'), flat), 'float32');
  // No class is called 255, so an ignored pixel is never right.
  return { correct: tf.sum(right), counted: tf.sum(counted) };
}

/** Class of every pixel at a size: [B, h, w, classes] to [B, height, width] int32. */
export function pixelClasses(
  logits: Tensor4D,
  size: readonly [number, number],
  { alignCorners }: Pick<MapReading, 'alignCorners'> = usualReading,
): Tensor3D {
  const resized = resizeBilinear(logits, size, { alignCorners });
  return tf.cast(tf.argMax(resized, 3), 'int32') as Tensor3D;
}

function pixelRows(
  logits: Tensor4D,
  labels: Tensor3D,
  alignCorners: boolean,
): { rows: Tensor2D; flat: Tensor1D; counted: Tensor1D } {
  const [, height, width] = labels.shape;
  const resized = resizeBilinear(logits, [height, width], { alignCorners });
  // In float32: where int32 are compared, a GPU's are copied to the processor.
  const flat = tf.cast(labels, 'float32').flatten();
  return {
    rows: resized.reshape([-1, resized.shape[3]]) as Tensor2D,
    flat,
    counted: tf.cast(tf.notEqual(flat, ignoreLabel), 'float32'),
  };
}
