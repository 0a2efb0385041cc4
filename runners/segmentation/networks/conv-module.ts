import { relu } from '../../engine/ops/index.ts';
import type { ConvolutionSpec, Layer, ModuleScope } from '../../networks/modules.ts';

/** mmcv's ConvModule: a convolution without bias, batch norm and ReLU, named `conv` and `bn`. */
export function convModule(scope: ModuleScope, spec: ConvolutionSpec): Layer {
  const layer = scope.convNorm('conv', 'bn', spec);
  return (context, x) => relu(layer(context, x));
}

/** A head's `conv_seg`: 1x1 with bias, weights normal with deviation 0.01. */
export function segClassifier(scope: ModuleScope, inputs: number, classes: number): Layer {
  return scope.conv('conv_seg', {
    inputs,
    outputs: classes,
    kernel: 1,
    bias: true,
    start: { weight: { kind: 'normal', std: 0.01 }, bias: 0 },
  });
}
