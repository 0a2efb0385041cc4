import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { roiAlign } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';

/** Edge of the largest region of the finest level: `finest_scale`. */
export const finestScale = 56;

/**
 * Level of each region, [B, R]: floor(log2(sqrt(area) / 56)) within the levels there are (Lin et
 * al. 2017, arXiv:1612.03144, eq. 1 with k0 such that 112 pixels are level 1).
 *
 * Official file: mmdetection 3.3.0
 * mmdet/models/roi_heads/roi_extractors/single_level_roi_extractor.py.
 *
 * @param regions [B, R, 4]
 */
export function regionLevels(regions: Tensor3D, levels: number): Tensor2D {
  const [x1, y1, x2, y2] = tf.unstack(regions, 2) as [Tensor, Tensor, Tensor, Tensor];
  const edge = tf.sqrt(tf.mul(tf.sub(x2, x1), tf.sub(y2, y1)));
  const ratio = tf.add(tf.div(edge, finestScale), 1e-6);
  const above = Array.from({ length: levels - 1 }, (_, level) =>
    tf.cast(tf.greaterEqual(ratio, 2 ** (level + 1)), 'float32'),
  );
  return (above.length === 0 ? tf.zerosLike(ratio) : tf.addN(above)) as Tensor2D;
}

/**
 * Features of regions, each from its own level of a pyramid: [B, R, size, size, C].
 *
 * @param maps [B, H, W, C] of each level, fine to coarse
 * @param regions [B, R, 4] in pixels; without gradient
 * @param longest edge of a region in pixels at most; default: the picture's, in which proposals lie
 */
export function extractRegions(
  maps: readonly Tensor4D[],
  strides: readonly number[],
  regions: Tensor3D,
  size: number,
  longest?: number,
): Tensor {
  const levels = regionLevels(regions, maps.length);
  const parts = maps.map((map, level) => {
    const here = tf.cast(tf.equal(levels, level), 'float32') as Tensor2D;
    const scale = 1 / (strides[level] as number);
    const reach = longest === undefined ? {} : { reach: longest * scale + 1 };
    return roiAlign(map, regions, here, { size, scale, samples: 0, aligned: true, ...reach });
  });
  return tf.addN(parts);
}
