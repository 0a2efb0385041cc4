import { adaptiveAvgPool, resizeBilinear } from '../../engine/ops/index.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { Layer, ModuleScope } from '../../networks/modules.ts';
import { convModule } from './conv-module.ts';
import type { DecodeSpec, HeadSpec } from './types.ts';

export interface PspSpec extends HeadSpec {
  /** Sides of the pooled maps; 1, 2, 3, 6 in all published configs. */
  readonly scales?: readonly number[];
}

/**
 * Pyramid pooling (Zhao et al. 2017, arXiv:1612.01105): the map and its averages over 1, 4, 9 and
 * 36 regions, each through a 1x1 convolution and enlarged again, side by side, into a 3x3
 * convolution.
 *
 * Official file: mmsegmentation 1.2.2 mmseg/models/decode_heads/psp_head.py.
 */
export function psp(spec: PspSpec): DecodeSpec {
  return { ...spec, body: (scope, inputs) => pspBody(scope, inputs, spec) };
}

function pspBody(
  scope: ModuleScope,
  inputs: number,
  { channels, scales = [1, 2, 3, 6] }: PspSpec,
): Layer {
  const modules = scope.child('psp_modules');
  const branches = scales.map((scale, index) => ({
    scale,
    // Index 0 of each is the pooling, which has no parameters.
    narrow: convModule(modules.child(index).child(1), { inputs, outputs: channels, kernel: 1 }),
  }));
  const bottleneck = convModule(scope.child('bottleneck'), {
    inputs: inputs + scales.length * channels,
    outputs: channels,
    kernel: 3,
    padding: 1,
  });
  return (context, x) => {
    const size = [x.shape[1], x.shape[2]] as const;
    const priors = branches.map(({ scale, narrow }) =>
      resizeBilinear(narrow(context, adaptiveAvgPool(x, scale)), size),
    );
    return bottleneck(context, tf.concat([x, ...priors], 3));
  };
}
