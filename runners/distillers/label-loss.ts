import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { LabelLossRecipe } from '../../contract/spec.ts';
import { binaryCrossEntropy, crossEntropy, softCrossEntropy } from '../engine/ops/index.ts';
import type { DistillStep } from './types.ts';

/** What a recipe says of the loss with labels. */
export interface LabelLossSettings {
  /** Weight of label smoothing; it acts on mixed labels, too. */
  readonly smoothing: number;
  /** Absent: the cross-entropy of the softmax. */
  readonly form?: LabelLossRecipe | undefined;
}

/**
 * Mean loss of logits [B, classes] with the step's labels, or with the shares of mixed ones: the
 * cross-entropy of the softmax, or the binary one of every class. Checked against timm 0.6.5
 * timm/loss (`LabelSmoothingCrossEntropy`, `SoftTargetCrossEntropy`, `BinaryCrossEntropy`).
 */
export function labelLoss(
  { labels, shares }: Pick<DistillStep, 'labels' | 'shares'>,
  logits: Tensor2D,
  { smoothing, form }: LabelLossSettings,
): Scalar {
  if (form === undefined && shares === undefined) return crossEntropy(logits, labels, smoothing);
  const classes = logits.shape[1];
  const sharp = shares ?? (tf.oneHot(labels, classes, 1, 0, 'float32') as Tensor2D);
  const smooth = smoothed(sharp, smoothing);
  if (form === undefined) return softCrossEntropy(logits, smooth);
  const targets =
    form.threshold === undefined
      ? smooth
      : tf.cast<Tensor2D>(tf.greater(smooth, form.threshold), 'float32');
  return tf.mean(binaryCrossEntropy(logits, targets));
}

/** Shares of the classes [B, classes] with label smoothing: (1 - e) share + e / classes. */
export function smoothed(shares: Tensor2D, smoothing: number): Tensor2D {
  if (smoothing === 0) return shares;
  return tf.add(tf.mul(shares, 1 - smoothing), smoothing / shares.shape[1]);
}
