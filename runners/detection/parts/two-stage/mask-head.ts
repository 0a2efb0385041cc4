import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { binaryCrossEntropy, classRows, relu } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { ModuleScope } from '../../../networks/modules.ts';
import type { Forward, Init } from '../../../networks/types.ts';
import { type BatchPart, wholeBatch } from '../../../tasks/parts/part.ts';

export interface MaskHeadSpec {
  readonly classes: number;
  /** Channels of the pyramid, and of every convolution. */
  readonly channels: number;
  /** Convolutions before the enlargement; 4 in all published configs. */
  readonly stacked?: number;
}

/** Edge of a region's features for its mask, and of the mask. */
export const maskFeatureSize = 14;
export const maskSize = 28;

/**
 * The mask branch (He et al. 2017, arXiv:1703.06870, figure 4 right): convolutions, an enlargement
 * to twice the size, and a mask per class.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/roi_heads/mask_heads/fcn_mask_head.py.
 */
export function maskHead(
  scope: ModuleScope,
  { classes, channels, stacked = 4 }: MaskHeadSpec,
): (context: Forward, features: Tensor4D) => Tensor4D {
  const fanOut = (outputs: number, area: number): Init => ({
    kind: 'normal',
    std: Math.sqrt(2 / (outputs * area)),
  });
  const convolutions = Array.from({ length: stacked }, (_, index) =>
    scope
      .child('convs')
      .child(index)
      .conv('conv', {
        inputs: channels,
        outputs: channels,
        kernel: 3,
        padding: 1,
        bias: true,
        start: { bias: 0 },
      }),
  );
  const enlarge = scope.transposedConv('upsample', {
    inputs: channels,
    outputs: channels,
    kernel: 2,
    // PyTorch counts the axes of a transposed convolution's weight the other way round.
    start: { weight: fanOut(channels, 4), bias: 0 },
  });
  const logits = scope.conv('conv_logits', {
    inputs: channels,
    outputs: classes,
    kernel: 1,
    bias: true,
    start: { weight: fanOut(classes, 1), bias: 0 },
  });
  /** @param features [N, 14, 14, C] @returns logits [N, 28, 28, K] */
  return (context, features) => {
    const hidden = convolutions.reduce((x, layer) => relu(layer(context, x)), features);
    return logits(context, relu(enlarge(context, hidden)));
  };
}

/** Logits [N, 28, 28] of the class [N] of each region; 0 where a label is no class. */
export function ownMasks(logits: Tensor4D, labels: Tensor1D): Tensor {
  const classes = logits.shape[3];
  const own = classRows(tf.cast(labels, 'int32'), classes);
  return tf.sum(tf.mul(logits, own.reshape([-1, 1, 1, classes])), 3);
}

/**
 * Binary cross-entropy of the positives' masks, a mean over all their pixels; 0 without positives.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/losses/cross_entropy_loss.py, `mask_cross_entropy`.
 *
 * @param own [N, 28, 28] of `ownMasks`
 * @param targets [N, 28, 28] 0 or 1
 * @param positive [N] 1 for positives
 * @param part the pictures of the batch that these are
 */
export function maskLoss(
  own: Tensor,
  targets: Tensor,
  positive: Tensor,
  part: BatchPart = wholeBatch,
): Tensor {
  const pixels = maskSize * maskSize;
  const rows = tf.sum(
    binaryCrossEntropy(own.reshape([-1, pixels]), targets.reshape([-1, pixels])),
    1,
  );
  const count = tf.maximum(part.total(tf.sum(positive)), 1);
  return tf.div(tf.sum(tf.mul(rows, positive)), tf.mul(count, pixels));
}
