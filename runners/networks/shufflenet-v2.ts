import type { Tensor4D } from '@tensorflow/tfjs-core';
import { channelShuffle, globalAverage, relu } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import { classifierOf, type Layer, ModuleScope } from './modules.ts';
import type { Forward, Network, NetworkKind, NetworkOptions } from './types.ts';

const stemWidth = 24;
const stageWidths = [116, 232, 464] as const;
/** Units of each stage, the one that halves the map included. */
const unitCounts = [4, 8, 4] as const;
const lastWidth = 1024;

interface UnitOutput {
  readonly activated: Tensor4D;
  readonly preactivated: Tensor4D;
}
type Unit = (context: Forward, x: Tensor4D) => UnitOutput;

/**
 * ShuffleNet V2 1x for 32x32 pictures (Ma et al. 2018, arXiv:1807.11164), as mdistiller has it: the
 * stem is a 1x1 convolution without pooling. Stage features are shuffled, `preact` features are
 * not: the channels that a unit passes on, then its own before their ReLU. Checked against
 * megvii-research/mdistiller mdistiller/models/cifar/ShuffleNetv2.py.
 */
export const shuffleNetV2: NetworkKind = { build };

function build(name: string, { classes, inputShape }: NetworkOptions): Network {
  const scope = ModuleScope.startingWith({ convolution: 'uniform' });
  const stem = scope.convNorm('conv1', 'bn1', {
    inputs: inputShape[2],
    outputs: stemWidth,
    kernel: 1,
  });
  let inputs: number = stemWidth;
  const stages = stageWidths.map((outputs, stage) => {
    const layer = scope.child(`layer${stage + 1}`);
    const halving = halvingUnit(layer.child(0), inputs, outputs);
    inputs = outputs;
    const units = Array.from({ length: (unitCounts[stage] as number) - 1 }, (_, index) =>
      unit(layer.child(index + 1), outputs),
    );
    return { halving, units };
  });
  const last = scope.convNorm('conv2', 'bn2', { inputs, outputs: lastWidth, kernel: 1 });
  const linear = scope.linear('linear', lastWidth, classes);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    forward(context, images) {
      let map = relu(stem(context, images));
      const features = [map];
      const preactFeatures = [map];
      for (const { halving, units } of stages) {
        map = halving(context, map);
        let preactivated = map;
        for (const run of units) ({ activated: map, preactivated } = run(context, map));
        features.push(map);
        preactFeatures.push(preactivated);
      }
      const lastMap = relu(last(context, map));
      const pooled = globalAverage(lastMap);
      const classify = classifierOf(linear, context);
      return { logits: classify(pooled), features, preactFeatures, pooled, lastMap, classify };
    },
  };
}

/** Passes one half of the channels on, transforms the other, and shuffles both. */
function unit(scope: ModuleScope, channels: number): Unit {
  const half = channels / 2;
  const first = scope.convNorm('conv1', 'bn1', { inputs: half, outputs: half, kernel: 1 });
  const depthwise = scope.convNorm('conv2', 'bn2', depthwiseOf(half, 1));
  const last = scope.convNorm('conv3', 'bn3', { inputs: half, outputs: half, kernel: 1 });
  return (context, x) => {
    const [passed, own] = tf.split(x, 2, 3) as [Tensor4D, Tensor4D];
    const result = last(context, depthwise(context, relu(first(context, own))));
    return {
      activated: joined(passed, relu(result)),
      preactivated: tf.concat([passed, result], 3) as Tensor4D,
    };
  };
}

/** Halves the map: both branches see all channels. */
function halvingUnit(scope: ModuleScope, inputs: number, outputs: number): Layer {
  const half = outputs / 2;
  const leftDepthwise = scope.convNorm('conv1', 'bn1', depthwiseOf(inputs, 2));
  const left = scope.convNorm('conv2', 'bn2', { inputs, outputs: half, kernel: 1 });
  const right = scope.convNorm('conv3', 'bn3', { inputs, outputs: half, kernel: 1 });
  const rightDepthwise = scope.convNorm('conv4', 'bn4', depthwiseOf(half, 2));
  const rightLast = scope.convNorm('conv5', 'bn5', { inputs: half, outputs: half, kernel: 1 });
  return (context, x) => {
    const one = relu(left(context, leftDepthwise(context, x)));
    const inner = rightDepthwise(context, relu(right(context, x)));
    return joined(one, relu(rightLast(context, inner)));
  };
}

const depthwiseOf = (channels: number, stride: number) => ({
  inputs: channels,
  outputs: channels,
  kernel: 3,
  stride,
  padding: 1,
  groups: channels,
});

const joined = (left: Tensor4D, right: Tensor4D): Tensor4D =>
  channelShuffle(tf.concat([left, right], 3) as Tensor4D, 2);
