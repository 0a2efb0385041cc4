import { globalAverage, relu } from '../engine/ops/index.ts';
import { classifierOf, type Layer, ModuleScope } from './modules.ts';
import type { Network, NetworkKind, NetworkOptions } from './types.ts';

const stemWidth = 32;
/** Output channels and stride of each depthwise separable convolution. */
const separables = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
] as const;
/** The last separable convolution of every stage, counted from 1. */
const stageEnds = [3, 5, 11, 13];

/**
 * MobileNet V1 for ImageNet (Howard et al. 2017, arXiv:1704.04861), as mdistiller has it; the
 * copies of it in LSKD and SDD call it MobileNetV2. Stage features have no stem; `preact` features
 * are before the stage's last ReLU. The original averages a fixed 7x7 window, which for 224x224
 * pictures is the whole map. Checked against megvii-research/mdistiller
 * mdistiller/models/imagenet/mobilenetv1.py.
 */
export const mobileNetV1: NetworkKind = { build };

function build(name: string, { classes, inputShape }: NetworkOptions): Network {
  const scope = ModuleScope.startingWith({ convolution: 'uniform' });
  const model = scope.child('model');
  const stem = model.child(0).convNorm(0, 1, {
    inputs: inputShape[2],
    outputs: stemWidth,
    kernel: 3,
    stride: 2,
    padding: 1,
  });
  let inputs: number = stemWidth;
  const blocks = separables.map(([outputs, stride], index) => {
    const block = separable(model.child(index + 1), inputs, outputs, stride);
    inputs = outputs;
    return block;
  });
  const fc = scope.linear('fc', inputs, classes);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    stages: { of: 'preactFeatures', places: [0, 1, 2, 3] },
    forward(context, images) {
      let map = relu(stem(context, images));
      const features = [];
      const preactFeatures = [];
      for (const [index, block] of blocks.entries()) {
        const preactivated = block(context, map);
        map = relu(preactivated);
        if (!stageEnds.includes(index + 1)) continue;
        features.push(map);
        preactFeatures.push(preactivated);
      }
      const pooled = globalAverage(map);
      const classify = classifierOf(fc, context);
      return { logits: classify(pooled), features, preactFeatures, pooled, lastMap: map, classify };
    },
  };
}

/** Depthwise, then 1x1, each with batch norm; the last ReLU is left to the caller. */
function separable(scope: ModuleScope, inputs: number, outputs: number, stride: number): Layer {
  const depthwise = scope.convNorm(0, 1, {
    inputs,
    outputs: inputs,
    kernel: 3,
    stride,
    padding: 1,
    groups: inputs,
  });
  const pointwise = scope.convNorm(3, 4, { inputs, outputs, kernel: 1 });
  return (context, x) => pointwise(context, relu(depthwise(context, x)));
}
