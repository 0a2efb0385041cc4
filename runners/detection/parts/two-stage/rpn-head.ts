import type { Tensor4D } from '@tensorflow/tfjs-core';
import { relu } from '../../../engine/ops/index.ts';
import type { ModuleScope } from '../../../networks/modules.ts';
import type { Forward, Init } from '../../../networks/types.ts';
import type { LevelMaps } from '../levels.ts';

const small: Init = { kind: 'normal', std: 0.01 };

/**
 * The RPN's head (Ren et al. 2015, arXiv:1506.01497, section 3.1), the same for all levels; one
 * logit per anchor.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/rpn_head.py.
 */
export function rpnHead(
  scope: ModuleScope,
  { channels, anchors }: { readonly channels: number; readonly anchors: number },
): (context: Forward, features: readonly Tensor4D[]) => LevelMaps {
  const convolution = (name: string, outputs: number, kernel: 1 | 3) =>
    scope.conv(name, {
      inputs: channels,
      outputs,
      kernel,
      padding: kernel === 3 ? 1 : 0,
      bias: true,
      start: { weight: small, bias: 0 },
    });
  const shared = convolution('rpn_conv', channels, 3);
  const cls = convolution('rpn_cls', anchors, 1);
  const reg = convolution('rpn_reg', anchors * 4, 1);
  return (context, features) => {
    const hidden = features.map((map) => relu(shared(context, map)));
    return {
      logits: hidden.map((map) => cls(context, map)),
      boxes: hidden.map((map) => reg(context, map)),
    };
  };
}
