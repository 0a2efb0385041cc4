import type { Scalar, Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../../engine/tensorflow.ts';
import type { TensorMap } from '../../../engine/types.ts';
import type { Forward } from '../../../networks/types.ts';
import type { BatchPart } from '../../../tasks/parts/part.ts';
import type { DecodedPicture, Detections } from '../../geometry/detections.ts';
import { rescaled } from '../../geometry/detections.ts';
import { pasteMask } from '../../geometry/paste.ts';
import type { DetectorOutput } from '../../types.ts';
import type { BatchDetections } from './best-detections.ts';
import { maskFeatureSize, maskLoss, maskSize, ownMasks } from './mask-head.ts';
import { maskTargets } from './mask-targets.ts';
import { extractRegions } from './roi-extractor.ts';
import type { SampledRegions } from './roi-sampling.ts';
import { regionLevels, strides } from './trunk.ts';

/** What a mask head says of features [N, 14, 14, C]: logits [N, 28, 28, K]. */
export type MaskHead = (context: Forward, features: Tensor4D) => Tensor4D;

type Features = Pick<DetectorOutput, 'features'>;

/** Logits [B * R, 28, 28, K] of regions [B, R, 4]. */
export function maskLogits(
  head: MaskHead,
  context: Forward,
  { features }: Features,
  regions: Tensor3D,
): Tensor4D {
  const taken = extractRegions(features.slice(0, regionLevels), strides, regions, maskFeatureSize);
  const [pictures, count, size, , channels] = taken.shape as [
    number,
    number,
    number,
    number,
    number,
  ];
  return head(context, taken.reshape([pictures * count, size, size, channels]) as Tensor4D);
}

/**
 * The mask branch's loss on the positives of the sampled regions, which come first.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/roi_heads/standard_roi_head.py, `mask_loss`.
 *
 * @param most positives of a picture at most
 * @param inputs the step's, among them `truthMasks` of `packedMasks`
 * @param width of the batch in pixels
 * @param part the pictures of the batch that the regions are of
 */
export function maskBranchLoss(
  head: MaskHead,
  context: Forward,
  output: Features,
  sampled: SampledRegions,
  most: number,
  inputs: TensorMap,
  width: number,
  part: BatchPart,
): Scalar {
  const [pictures, all] = sampled.positive.shape;
  const count = Math.min(most, all);
  const first = <T extends Tensor>(x: T): T => {
    const rest = x.shape.slice(2);
    return tf.slice(x, [0, 0, ...rest.map(() => 0)], [pictures, count, ...rest]) as T;
  };
  const flat = (x: Tensor) => x.reshape([-1]) as Tensor1D;
  const regions = first(sampled.boxes);
  const logits = maskLogits(head, context, output, regions);
  const targets = maskTargets(
    inputs['truthMasks'] as Tensor,
    first(sampled.boxOf),
    regions,
    width,
    maskSize,
  );
  const own = ownMasks(logits, flat(first(sampled.labels)));
  return maskLoss(own, targets, flat(first(sampled.positive)), part) as Scalar;
}

/** Shares [B, D, 28 * 28] of the masks of detections, each of its own class. */
export function maskShares(logits: Tensor4D, { labels }: BatchDetections): Tensor {
  const own = tf.sigmoid(ownMasks(logits, labels.reshape([-1]) as Tensor1D));
  return own.reshape([...labels.shape, maskSize * maskSize]);
}

/** What `decodeMasks` needs of a picture: its part of the detections and their shares. */
export interface FoundMasks {
  readonly boxes: Float32Array;
  readonly scores: Float32Array;
  /** Class indices. */
  readonly labels: ArrayLike<number>;
  readonly valid: Float32Array;
  /** [D, 28 * 28] */
  readonly masks: Float32Array;
}

/** Detections of one picture with masks, in the original picture. */
export function decodeMasks(found: FoundMasks, picture: DecodedPicture): Detections {
  const count = found.valid.reduce((sum, flag) => sum + flag, 0);
  const boxes = rescaled(found.boxes.slice(0, count * 4), picture);
  const size = (picture.scaleFactor === null ? null : picture.oriShape) ?? picture.imgShape;
  const pixels = maskSize * maskSize;
  return {
    boxes,
    scores: found.scores.slice(0, count),
    labels: Int32Array.from(found.labels).slice(0, count),
    masks: Array.from({ length: count }, (_, row) =>
      pasteMask(
        found.masks.subarray(row * pixels, (row + 1) * pixels),
        boxes.subarray(row * 4, row * 4 + 4),
        size,
      ),
    ),
  };
}
