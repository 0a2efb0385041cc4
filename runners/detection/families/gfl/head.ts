import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { relu } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { ModuleScope } from '../../../networks/modules.ts';
import type { Forward } from '../../../networks/types.ts';
import { headConvolution, scoreBias, small } from '../../parts/head-convolution.ts';
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
  const tower = (name: string) =>
    Array.from({ length: stacked }, (_, index) => {
      const block = scope.child(name).child(index);
      const start = { weight: small };
      const spec = { inputs: channels, outputs: channels, kernel: 3, padding: 1, start };
      return { conv: block.conv('conv', spec), norm: block.groupNorm('gn', channels, groups) };
    });
  const towers = { logits: tower('cls_convs'), boxes: tower('reg_convs') };
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
  return (context, features) => {
    const through = (layers: typeof towers.logits, map: Tensor4D) =>
      layers.reduce((x, { conv, norm }) => relu(norm(context, conv(context, x))), map);
    return {
      logits: features.map((map) => cls(context, through(towers.logits, map))),
      boxes: features.map(
        (map, level) =>
          tf.mul(
            reg(context, through(towers.boxes, map)),
            (scales[level] as (typeof scales)[number])(context),
          ) as Tensor4D,
      ),
    };
  };
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

/**
 * Boxes [A, B, 4] around points [A, B, 2] by their distances left, up, right and down [A, B, 4].
 */
export function boxesAround(points: Tensor3D, distances: Tensor3D): Tensor3D {
  const [x, y] = tf.unstack(points, 2) as [Tensor3D, Tensor3D];
  const [left, up, right, down] = tf.unstack(distances, 2) as Tensor3D[] as [
    Tensor3D,
    Tensor3D,
    Tensor3D,
    Tensor3D,
  ];
  return tf.stack(
    [tf.sub(x, left), tf.sub(y, up), tf.add(x, right), tf.add(y, down)],
    2,
  ) as Tensor3D;
}

/** Centres [A, B, 2] of boxes [A, B, 4]. */
export function centresOf(boxes: Tensor3D): Tensor3D {
  const [x1, y1, x2, y2] = tf.unstack(boxes, 2) as [Tensor3D, Tensor3D, Tensor3D, Tensor3D];
  return tf.stack([tf.div(tf.add(x2, x1), 2), tf.div(tf.add(y2, y1), 2)], 2) as Tensor3D;
}
