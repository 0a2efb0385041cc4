import { adaptiveAvgPool, resizeBilinear } from '../../engine/ops/index.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { Layer, ModuleScope } from '../../networks/modules.ts';
import { convModule } from './conv-module.ts';
import type { DecodeSpec, HeadSpec } from './types.ts';

export interface AsppSpec extends HeadSpec {
  /**
   * Dilation of each branch; 1 is a 1x1 convolution. 1, 12, 24, 36 in all published configs with a
   * stride of 8.
   */
  readonly dilations?: readonly number[];
}

/**
 * Atrous spatial pyramid pooling (Chen et al. 2017, arXiv:1706.05587): the mean of the whole map
 * and convolutions of several dilations side by side, into a 3x3 convolution.
 *
 * Official file: mmsegmentation 1.2.2 mmseg/models/decode_heads/aspp_head.py.
 */
export function aspp(spec: AsppSpec): DecodeSpec {
  return { ...spec, body: (scope, inputs) => asppBody(scope, inputs, spec) };
}

function asppBody(
  scope: ModuleScope,
  inputs: number,
  { channels, dilations = [1, 12, 24, 36] }: AsppSpec,
): Layer {
  // Index 0 of `image_pool` is the pooling, which has no parameters.
  const image = convModule(scope.child('image_pool').child(1), {
    inputs,
    outputs: channels,
    kernel: 1,
  });
  const modules = scope.child('aspp_modules');
  const branches = dilations.map((dilation, index) =>
    convModule(modules.child(index), {
      inputs,
      outputs: channels,
      ...(dilation === 1 ? { kernel: 1 } : { kernel: 3, padding: dilation, dilation }),
    }),
  );
  const bottleneck = convModule(scope.child('bottleneck'), {
    inputs: (dilations.length + 1) * channels,
    outputs: channels,
    kernel: 3,
    padding: 1,
  });
  return (context, x) => {
    const pooled = image(context, adaptiveAvgPool(x, 1));
    const whole = resizeBilinear(pooled, [x.shape[1], x.shape[2]]);
    const parts = branches.map((branch) => branch(context, x));
    return bottleneck(context, tf.concat([whole, ...parts], 3));
  };
}
