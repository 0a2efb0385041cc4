import type { Tensor4D } from '@tensorflow/tfjs-core';
import { relu } from '../../../engine/ops/index.ts';
import type { ModuleScope } from '../../../networks/modules.ts';
import type { Forward } from '../../../networks/types.ts';
import { headConvolution, scoreBias } from '../../parts/head-convolution.ts';
import type { LevelMaps } from '../../parts/levels.ts';

export interface RetinaHeadSpec {
  readonly classes: number;
  /** Channels of the pyramid and of the head's convolutions. */
  readonly channels: number;
  /** Anchors of a cell. */
  readonly anchors: number;
  /** Convolutions before the last one, for classes and for boxes. */
  readonly stacked: number;
}

/**
 * RetinaNet's head (Lin et al. 2017, arXiv:1708.02002, section 4), the same for all levels:
 * convolutions with bias and ReLU, no norms.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/retina_head.py.
 */
export function retinaHead(
  scope: ModuleScope,
  { classes, channels, anchors, stacked }: RetinaHeadSpec,
): (context: Forward, features: readonly Tensor4D[]) => LevelMaps {
  const tower = (name: string) =>
    Array.from({ length: stacked }, (_, index) =>
      headConvolution(scope.child(name).child(index), 'conv', {
        inputs: channels,
        outputs: channels,
      }),
    );
  const towers = { logits: tower('cls_convs'), boxes: tower('reg_convs') };
  const cls = headConvolution(scope, 'retina_cls', {
    inputs: channels,
    outputs: anchors * classes,
    bias: scoreBias,
  });
  const reg = headConvolution(scope, 'retina_reg', { inputs: channels, outputs: anchors * 4 });
  return (context, features) => {
    const through = (layers: typeof towers.logits, map: Tensor4D) =>
      layers.reduce((x, layer) => relu(layer(context, x)), map);
    return {
      logits: features.map((map) => cls(context, through(towers.logits, map))),
      boxes: features.map((map) => reg(context, through(towers.boxes, map))),
    };
  };
}
