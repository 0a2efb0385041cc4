import type { Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { resizeBilinear } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { ModuleScope } from '../../../networks/modules.ts';
import type { Forward } from '../../../networks/types.ts';
import { headConvolution, normedTower, scoreBias, small } from '../../parts/head-convolution.ts';

export interface SoloHeadSpec {
  readonly classes: number;
  /** Channels of the pyramid. */
  readonly inputs: number;
  /** Channels of the head's convolutions. */
  readonly channels: number;
  /** Convolutions before the last one, for classes and for masks. */
  readonly stacked: number;
  /** Cells along each axis of every level. */
  readonly cells: readonly number[];
  /** Channels are normalised in this many groups; 32 in all published configs. */
  readonly groups?: number;
}

/** What the head gives of every level. */
export interface SoloMaps {
  /** [B, S, S, K] class logits of the cells. */
  readonly logits: Tensor4D[];
  /** [B, H, W, C] what the masks of a level's cells are made of, each by a kernel of its own. */
  readonly maskFeatures: Tensor4D[];
}

export interface SoloHead {
  run(context: Forward, features: readonly Tensor4D[]): SoloMaps;
  /** [B, H, W, S S] mask logits of all cells of a level. */
  masks(context: Forward, features: Tensor4D, level: number): Tensor4D;
  /** The kernels [S S, C] and biases [S S] that make them. */
  kernels(context: Forward, level: number): { weight: Tensor2D; bias: Tensor1D };
}

/**
 * SOLO's head (Wang et al. 2020, arXiv:1912.04488, section 3): the cell in which an object's middle
 * lies says its class, and a channel of its own is the object's mask. All levels share it, except
 * the last layer of the masks. The convolutions for masks see where they are.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/solo_head.py, `SOLOHead` (classes are
 * resized to cells before the first convolution).
 */
export function soloHead(
  scope: ModuleScope,
  { classes, inputs, channels, stacked, cells, groups = 32 }: SoloHeadSpec,
): SoloHead {
  const tower = { channels, stacked, groups };
  // Two more for the coordinates.
  const forMasks = normedTower(scope.child('mask_convs'), { ...tower, inputs: inputs + 2 });
  const forClasses = normedTower(scope.child('cls_convs'), { ...tower, inputs });
  const lists = scope.child('conv_mask_list');
  const last = cells.map((side, level) => {
    const spec = { inputs: channels, outputs: side * side, kernel: 1, bias: true };
    return lists.conv(level, { ...spec, start: { weight: small, bias: scoreBias } });
  });
  const names = cells.map((_, level) => lists.nameOf(String(level)));
  const cls = headConvolution(scope, 'conv_cls', {
    inputs: channels,
    outputs: classes,
    bias: scoreBias,
  });
  return {
    run(context, features) {
      const seen = resized(features);
      const maskFeatures = seen.map((map) => {
        const features = forMasks(context, withCoordinates(map));
        return resizeBilinear(features, [2 * features.shape[1], 2 * features.shape[2]]);
      });
      const logits = seen.map((map, level) => {
        const side = cells[level] as number;
        return cls(context, forClasses(context, resizeBilinear(map, [side, side])));
      });
      return { logits, maskFeatures };
    },
    masks: (context, features, level) => (last[level] as (typeof last)[number])(context, features),
    kernels(context, level) {
      const name = names[level] as string;
      const weight = context.param(`${name}.weight`).reshape([channels, -1]) as Tensor2D;
      return {
        weight: tf.transpose(weight),
        bias: context.param(`${name}.bias`) as Tensor1D,
      };
    },
  };
}

/** The finest level halved, the coarsest as large as the one before it. */
function resized(features: readonly Tensor4D[]): Tensor4D[] {
  return features.map((map, level) => {
    const [, height, width] = map.shape;
    if (level === 0) return resizeBilinear(map, [Math.floor(height / 2), Math.floor(width / 2)]);
    if (level < features.length - 1) return map;
    const [, rows, columns] = (features[level - 1] as Tensor4D).shape;
    return resizeBilinear(map, [rows, columns]);
  });
}

/** Two channels more: of every position how far across and down it is, from -1 to 1. */
function withCoordinates(map: Tensor4D): Tensor4D {
  const [pictures, height, width] = map.shape;
  const place = (at: number, length: number) => (length === 1 ? -1 : (2 * at) / (length - 1) - 1);
  const values = new Float32Array(pictures * height * width * 2);
  for (let index = 0; index < values.length / 2; index += 1) {
    values[2 * index] = place(index % width, width);
    values[2 * index + 1] = place(Math.floor(index / width) % height, height);
  }
  return tf.concat([map, tf.tensor4d(values, [pictures, height, width, 2])], 3);
}
