import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../../../engine/tensorflow.ts';
import type { ModuleScope } from '../../../networks/modules.ts';
import type { Forward } from '../../../networks/types.ts';
import { headConvolution, normedTower, scoreBias } from '../../parts/head-convolution.ts';
import type { LevelMaps } from '../../parts/levels.ts';

export interface GflHeadSpec {
  readonly classes: number;
  /** Channels of the pyramid and of the head's convolutions. */
  readonly channels: number;
  /** Convolutions before the last one, for classes and for boxes. */
  readonly stacked: number;
  /** Levels of the pyramid: each scales its boxes by a number of its own. */
  readonly levels: number;
  /** A distance is a distribution over 0 to this, in units of the stride. */
  readonly regMax: number;
}

/** Channels are normalised in this many groups. */
const groups = 32;

/**
 * GFL's head (Li et al. 2020, arXiv:2006.04388), the same for all levels: convolutions with group
 * norm and ReLU; of every position a score for each class, which stands for the quality of its box
 * as well, and for each side of the box a distribution of its distance.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/gfl_head.py.
 */
export function gflHead(
  scope: ModuleScope,
  { classes, channels, stacked, levels, regMax }: GflHeadSpec,
): (context: Forward, features: readonly Tensor4D[]) => LevelMaps {
  const spec = { inputs: channels, channels, stacked, groups };
  const towers = {
    logits: normedTower(scope.child('cls_convs'), spec),
    boxes: normedTower(scope.child('reg_convs'), spec),
  };
  const cls = headConvolution(scope, 'gfl_cls', {
    inputs: channels,
    outputs: classes,
    bias: scoreBias,
  });
  const reg = headConvolution(scope, 'gfl_reg', { inputs: channels, outputs: 4 * (regMax + 1) });
  const scales = Array.from({ length: levels }, (_, level) =>
    scope.child('scales').child(level).scalar('scale', 1),
  );
  scope.child('integral').buffer('project', [regMax + 1], { kind: 'range' });
  return (context, features) => ({
    logits: features.map((map) => cls(context, towers.logits(context, map))),
    boxes: features.map(
      (map, level) =>
        tf.mul(
          reg(context, towers.boxes(context, map)),
          (scales[level] as (typeof scales)[number])(context),
        ) as Tensor4D,
    ),
  });
}

/**
 * Expected distances of distributions, in units of the stride.
 *
 * @param values [A, B, 4 * bins]
 * @returns [A, B, 4]
 */
export function expectedDistances(values: Tensor3D): Tensor3D {
  const [outer, rows, all] = values.shape;
  const bins = all / 4;
  const shares = tf.softmax(values.reshape([outer * rows * 4, bins]));
  const places = tf.tensor1d(Float32Array.from({ length: bins }, (_, bin) => bin));
  return tf.sum(tf.mul(shares, places), 1).reshape([outer, rows, 4]) as Tensor3D;
}
