import type { Tensor4D } from '@tensorflow/tfjs-core';
import { exactLog } from '../../../common/random.ts';
import { relu } from '../../engine/ops/index.ts';
import type { ModuleScope } from '../modules.ts';
import type { Forward, Init } from '../types.ts';

export interface RetinaHeadSpec {
  readonly classes: number;
  /** Channels of the pyramid and of the head's convolutions. */
  readonly channels: number;
  /** Anchors of a cell. */
  readonly anchors: number;
  /** Convolutions before the last one, for classes and for boxes. */
  readonly stacked: number;
}

export interface LevelMaps {
  readonly logits: Tensor4D[];
  readonly boxes: Tensor4D[];
}

const small: Init = { kind: 'normal', std: 0.01 };

/** Score of every class at the start, so that the many background anchors do not drown the rest. */
const prior = 0.01;

/**
 * RetinaNet's head (Lin et al. 2017, arXiv:1708.02002, section 4), the same for all levels: convolutions with bias and
 * ReLU, no norms.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/retina_head.py.
 */
export function retinaHead(
  scope: ModuleScope,
  { classes, channels, anchors, stacked }: RetinaHeadSpec,
): (context: Forward, features: readonly Tensor4D[]) => LevelMaps {
  const convolution = (of: ModuleScope, name: string, outputs: number, bias = 0) =>
    of.conv(name, {
      inputs: channels,
      outputs,
      kernel: 3,
      padding: 1,
      bias: true,
      start: { weight: small, bias },
    });
  const tower = (name: string) =>
    Array.from({ length: stacked }, (_, index) =>
      convolution(scope.child(name).child(index), 'conv', channels),
    );
  const towers = { logits: tower('cls_convs'), boxes: tower('reg_convs') };
  const cls = convolution(scope, 'retina_cls', anchors * classes, -exactLog((1 - prior) / prior));
  const reg = convolution(scope, 'retina_reg', anchors * 4);
  return (context, features) => {
    const through = (layers: typeof towers.logits, map: Tensor4D) =>
      layers.reduce((x, layer) => relu(layer(context, x)), map);
    return {
      logits: features.map((map) => cls(context, through(towers.logits, map))),
      boxes: features.map((map) => reg(context, through(towers.boxes, map))),
    };
  };
}
