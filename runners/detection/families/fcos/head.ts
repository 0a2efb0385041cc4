import type { Tensor4D } from '@tensorflow/tfjs-core';
import { relu } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { ModuleScope } from '../../../networks/modules.ts';
import type { Forward } from '../../../networks/types.ts';
import { headConvolution, normedTower, scoreBias } from '../../parts/head-convolution.ts';
import type { LevelMaps } from '../../parts/levels.ts';

export interface FcosHeadSpec {
  readonly classes: number;
  /** Channels of the pyramid and of the head's convolutions. */
  readonly channels: number;
  /** Convolutions before the last one, for classes and for boxes. */
  readonly stacked: number;
  /** Levels of the pyramid: each scales its distances by a number of its own. */
  readonly levels: number;
  /** Channels are normalised in this many groups; 32 in all published configs. */
  readonly groups?: number;
  /** Whether the convolutions before a norm have a bias (`conv_bias`). */
  readonly biased: boolean;
  /** Whether distances are in strides, behind a ReLU; otherwise in pixels, as exponentials. */
  readonly normed: boolean;
  /** Whether centreness is seen by the convolutions for boxes; otherwise by those for classes. */
  readonly centrenessOnBoxes?: boolean;
}

/** What a head gives of every level: `boxes` are distances left, up, right and down. */
export interface FcosMaps extends LevelMaps {
  /** [B, H, W, 1] logits of how central a position lies in its box. */
  readonly centreness: Tensor4D[];
}

/**
 * FCOS's head (Tian et al. 2019, arXiv:1904.01355, section 3), the same for all levels:
 * convolutions with group norm and ReLU; of every position a score for each class, the distances to
 * the sides of its box, and how central it lies in it.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/fcos_head.py.
 */
export function fcosHead(
  scope: ModuleScope,
  spec: FcosHeadSpec,
): (context: Forward, features: readonly Tensor4D[]) => FcosMaps {
  const { classes, channels, stacked, levels, groups = 32, biased, normed } = spec;
  const { centrenessOnBoxes = false } = spec;
  const tower = { inputs: channels, channels, stacked, groups, biased };
  const towers = {
    logits: normedTower(scope.child('cls_convs'), tower),
    boxes: normedTower(scope.child('reg_convs'), tower),
  };
  const last = (name: string, outputs: number, bias = 0) =>
    headConvolution(scope, name, { inputs: channels, outputs, bias });
  const cls = last('conv_cls', classes, scoreBias);
  const reg = last('conv_reg', 4);
  const central = last('conv_centerness', 1);
  const scales = Array.from({ length: levels }, (_, level) =>
    scope.child('scales').child(level).scalar('scale', 1),
  );
  return (context, features) => {
    const maps = features.map((map, level) => {
      const seen = {
        logits: towers.logits(context, map),
        boxes: towers.boxes(context, map),
      };
      const scale = (scales[level] as (typeof scales)[number])(context);
      const distances = tf.mul(reg(context, seen.boxes), scale) as Tensor4D;
      return {
        logits: cls(context, seen.logits),
        boxes: normed ? relu(distances) : (tf.exp(distances) as Tensor4D),
        centreness: central(context, centrenessOnBoxes ? seen.boxes : seen.logits),
      };
    });
    return {
      logits: maps.map(({ logits }) => logits),
      boxes: maps.map(({ boxes }) => boxes),
      centreness: maps.map(({ centreness }) => centreness),
    };
  };
}
