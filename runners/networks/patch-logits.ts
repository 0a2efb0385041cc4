import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { UsageError } from '../../common/errors.ts';
import { adaptiveAverageWeights, poolRegions } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import type { NetworkOutput } from './types.ts';

/**
 * Weights of SDD's spatial pyramid over a map of `height` x `width`, one row of H * W weights per
 * region.
 *
 * Regions: sizes in the order given (1, 2, 4), within a size row by row. As in the official code,
 * the 1x1 and 2x2 regions are pooled from the 4x4 map and not from the feature: where 4 does not
 * divide the map they are no true means (7x7: windows overlap; 2x2: values repeat), so region 0 is
 * not exactly the global logit. Source: shicaiwei123/SDD-CVPR2024 mdistiller/models/cifar/utils.py
 * (SPP).
 *
 * @throws UsageError `SDD_PYRAMID` for sizes other than 1, 2 and 4
 */
export function pyramidWeights(
  height: number,
  width: number,
  sizes: readonly number[],
): Float64Array[] {
  const unknown = sizes.find((size) => size !== 1 && size !== 2 && size !== 4);
  if (unknown !== undefined || sizes.length === 0) {
    throw new UsageError(
      'SDD_PYRAMID',
      `The pyramid [${sizes}] of SDD must consist of the sizes 1, 2 and 4.`,
      { hint: 'The official choices are [1], [1, 2] and [1, 2, 4].' },
    );
  }
  const finest = adaptiveAverageWeights([height, width], 4);
  return sizes.flatMap((size) =>
    size === 4
      ? finest
      : adaptiveAverageWeights([4, 4], size).map((coarse) => combine(coarse, finest)),
  );
}

/** Regions of a pyramid. */
export const regionsOf = (sizes: readonly number[]): number =>
  sizes.reduce((sum, size) => sum + size ** 2, 0);

/**
 * SDD's patch logits [B, classes, N]: the network's classifier applied to every region of the
 * pyramid over its last feature map. (Scale Decoupled Distillation, arXiv:2403.13512, section 3.2.)
 *
 * @throws UsageError `METHOD_NETWORKS` where the classifier does not take means over a map
 */
export function patchLogits(output: NetworkOutput, sizes: readonly number[]): Tensor3D {
  if (output.patches !== undefined) return output.patches(sizes);
  if (output.lastMap === null) {
    throw new UsageError(
      'METHOD_NETWORKS',
      'sdd cannot be used here: a network whose classifier does not take means over a map has no logits of patches.',
    );
  }
  const [, height, width] = output.lastMap.shape;
  const pooled = poolRegions(output.lastMap, pyramidWeights(height, width, sizes));
  return tf.transpose(output.classify(pooled), [0, 2, 1]);
}

/**
 * Patch logits [B, classes, N] as rows [B * N, classes], all regions of a picture one after the
 * other.
 */
export function patchRows(patches: Tensor3D): Tensor2D {
  const classes = patches.shape[1];
  return tf.transpose(patches, [0, 2, 1]).reshape([-1, classes]);
}

function combine(coarse: Float64Array, finest: readonly Float64Array[]): Float64Array {
  const length = (finest[0] as Float64Array).length;
  return Float64Array.from({ length }, (_, position) =>
    finest.reduce(
      (sum, weights, region) => sum + (coarse[region] as number) * (weights[position] as number),
      0,
    ),
  );
}
