import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { relu } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { ModuleScope } from '../../../networks/modules.ts';
import type { Forward, Init } from '../../../networks/types.ts';
import { xavierUniform } from '../fpn.ts';

export interface BoxHeadSpec {
  readonly classes: number;
  /** Channels of the pyramid, edge of a region's features, and width of both shared layers. */
  readonly channels: number;
  readonly size: number;
  readonly width: number;
  /** Whether all classes have one box (`reg_class_agnostic`); default false. */
  readonly agnostic?: boolean;
}

export interface BoxHeadOutput {
  /** [N, K + 1], background last. */
  readonly logits: Tensor2D;
  /** [N, 4 K], each class has its own box; [N, 4] where all have one. */
  readonly deltas: Tensor2D;
}

const normal = (std: number): Init => ({ kind: 'normal', std });

/**
 * The second stage's head: two shared layers, then class and box.
 *
 * Official files: mmdetection 3.3.0 mmdet/models/roi_heads/bbox_heads/convfc_bbox_head.py and
 * bbox_head.py.
 */
export function boxHead(
  scope: ModuleScope,
  { classes, channels, size, width, agnostic = false }: BoxHeadSpec,
): (context: Forward, features: Tensor) => BoxHeadOutput {
  const cls = scope.linear('fc_cls', width, classes + 1, { weight: normal(0.01), bias: 0 });
  const boxes = agnostic ? 1 : classes;
  const reg = scope.linear('fc_reg', width, 4 * boxes, { weight: normal(0.001), bias: 0 });
  const inputs = channels * size * size;
  const shared = [inputs, width].map((from, index) =>
    scope
      .child('shared_fcs')
      .linear(index, from, width, { weight: xavierUniform(from, width, 1), bias: 0 }),
  );
  /** @param features [..., size, size, C] */
  return (context, features) => {
    // The weights of the first layer are in PyTorch's order: channel, row, column.
    const rows = features.reshape([-1, size * size, channels]);
    const flat = tf.transpose(rows, [0, 2, 1]).reshape([-1, inputs]) as Tensor2D;
    const hidden = shared.reduce((x, layer) => relu(layer(context, x)), flat);
    return { logits: cls(context, hidden), deltas: reg(context, hidden) };
  };
}
