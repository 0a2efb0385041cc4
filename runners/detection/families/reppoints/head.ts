import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { detach, relu } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { ModuleScope } from '../../../networks/modules.ts';
import type { Forward } from '../../../networks/types.ts';
import { normedTower, scoreBias, small } from '../../parts/head-convolution.ts';
import { boxesOfPoints, type PointTransform } from './point-boxes.ts';

export interface RepPointsHeadSpec {
  readonly classes: number;
  /** Channels of the pyramid and of the head's convolutions. */
  readonly channels: number;
  /** Channels of the convolutions that look at points; default as many as `channels`. */
  readonly pointChannels?: number;
  /** Convolutions before those, for classes and for points. */
  readonly stacked: number;
  /** Channels are normalised in this many groups; 32 in all published configs. */
  readonly groups?: number;
  /** Points of an object are a square of this edge; 3 in all published configs. */
  readonly edge?: number;
  /** How much of the gradient of what looks at the points reaches them (`gradient_mul`). */
  readonly pointGradient?: number;
  readonly transform?: PointTransform;
}

/**
 * What the head gives of every level. Points are [B, H, W, 2 n], of each its distance down and then
 * across from the cell's corner, in strides.
 */
export interface RepPointsMaps {
  readonly logits: Tensor4D[];
  /** Points of the first stage, which is trained with a point per object. */
  readonly initial: Tensor4D[];
  /** Points of the second stage. */
  readonly refined: Tensor4D[];
}

export interface RepPointsHead {
  run(context: Forward, features: readonly Tensor4D[]): RepPointsMaps;
  /** [B, H W, 4] boxes x1, y1, x2, y2 around points, in strides from the cell's corner. */
  boxes(context: Forward, points: Tensor4D): Tensor3D;
}

/**
 * RepPoints' head (Yang et al. 2019, arXiv:1904.11490, section 4), the same for all levels: from
 * the middle of an object nine points, and by deformable convolutions that look there the classes
 * and how the points move.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/reppoints_head.py.
 */
export function repPointsHead(
  scope: ModuleScope,
  {
    classes,
    channels,
    pointChannels = channels,
    stacked,
    groups = 32,
    edge = 3,
    pointGradient = 0.1,
    transform = 'moment',
  }: RepPointsHeadSpec,
): RepPointsHead {
  const factors =
    transform === 'moment'
      ? scope.trainedTensor('moment_transfer', 'bias', [2], { kind: 'constant', value: 0 })
      : null;
  const tower = { inputs: channels, channels, stacked, groups };
  const towers = {
    logits: normedTower(scope.child('cls_convs'), tower),
    points: normedTower(scope.child('reg_convs'), tower),
  };
  const looking = (name: string) =>
    scope.deformableConv(name, {
      inputs: channels,
      outputs: pointChannels,
      kernel: edge,
      padding: (edge - 1) / 2,
    });
  const last = (name: string, outputs: number, bias = 0) =>
    scope.conv(name, {
      inputs: pointChannels,
      outputs,
      kernel: 1,
      bias: true,
      start: { weight: small, bias },
    });
  const values = 2 * edge * edge;
  const clsConv = looking('reppoints_cls_conv');
  const clsOut = last('reppoints_cls_out', classes, scoreBias);
  const initConv = scope.conv('reppoints_pts_init_conv', {
    inputs: channels,
    outputs: pointChannels,
    kernel: 3,
    padding: 1,
    bias: true,
    start: { weight: small, bias: 0 },
  });
  const initOut = last('reppoints_pts_init_out', values);
  const refineConv = looking('reppoints_pts_refine_conv');
  const refineOut = last('reppoints_pts_refine_out', values);

  const runLevel = (context: Forward, map: Tensor4D) => {
    const forClasses = towers.logits(context, map);
    const forPoints = towers.points(context, map);
    const initial = initOut(context, relu(initConv(context, forPoints)));
    const fixed = detach(initial);
    const slowed = tf.add(tf.mul(initial, pointGradient), tf.mul(fixed, 1 - pointGradient));
    const offsets = tf.sub(slowed, placesOfTaps(edge)) as Tensor4D;
    const moved = refineOut(context, relu(refineConv(context, forPoints, offsets)));
    return {
      logits: clsOut(context, relu(clsConv(context, forClasses, offsets))),
      initial,
      refined: tf.add(moved, fixed) as Tensor4D,
    };
  };
  return {
    run(context, features) {
      const maps = features.map((map) => runLevel(context, map));
      return {
        logits: maps.map(({ logits }) => logits),
        initial: maps.map(({ initial }) => initial),
        refined: maps.map(({ refined }) => refined),
      };
    },
    boxes: (context, points) => boxesOfPoints(points, transform, factors?.(context) as never),
  };
}

/** Where the taps of a square kernel look without offsets, down and across: [1, 1, 1, 2 n]. */
function placesOfTaps(edge: number): Tensor4D {
  const reach = (edge - 1) / 2;
  const places = Array.from({ length: edge * edge }, (_, tap) => [
    Math.floor(tap / edge) - reach,
    (tap % edge) - reach,
  ]);
  return tf.tensor4d(places.flat(), [1, 1, 1, 2 * edge * edge]);
}
