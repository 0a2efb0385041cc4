import type { Tensor4D } from '@tensorflow/tfjs-core';
import { avgPool, channelShuffle, globalAverage, relu } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import { largeStem } from './large-stem.ts';
import { membersOf } from './members.ts';
import { classifierOf, type Layer, ModuleScope } from './modules.ts';
import type { Network, NetworkOptions } from './types.ts';

const stemWidth = 24;
const stageWidths = [240, 480, 960] as const;
const blockCounts = [4, 8, 4] as const;
const groups = 3;

/**
 * ShuffleNet V1 with 3 groups for 32x32 pictures (Zhang et al. 2018, arXiv:1707.01083), as
 * mdistiller has it: the stem is a 1x1 convolution without pooling; the shortcut of a stage's first
 * block is an average over 3x3 that counts the padding's zeros, concatenated after the block's own
 * channels, with the ReLU after both. Stage features are after that ReLU, `preact` features before
 * it. Checked against megvii-research/mdistiller mdistiller/models/cifar/ShuffleNetv1.py.
 *
 * `cub200`: for 224x224 pictures, with another stem (`large-stem.ts`).
 */
function shuffleNet(
  name: string,
  original: 'cifar' | 'cub200',
  { classes, inputShape }: NetworkOptions,
): Network {
  const scope = ModuleScope.startingWith({ convolution: 'uniform' });
  const stem = scope.convNorm('conv1', 'bn1', {
    inputs: inputShape[2],
    outputs: stemWidth,
    ...(original === 'cub200' ? largeStem(inputShape[2]) : { kernel: 1 }),
  });
  let inputs: number = stemWidth;
  const stages = stageWidths.map((outputs, stage) => {
    const layer = scope.child(`layer${stage + 1}`);
    return Array.from({ length: blockCounts[stage] as number }, (_, index) => {
      const block = shuffleBlock(layer.child(index), inputs, outputs, index === 0);
      inputs = outputs;
      return block;
    });
  });
  const linear = scope.linear('linear', inputs, classes);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    forward(context, images) {
      let map = relu(stem(context, images));
      const features = [map];
      const preactFeatures = [map];
      for (const blocks of stages) {
        let preactivated = map;
        for (const block of blocks) {
          preactivated = block(context, map);
          map = relu(preactivated);
        }
        features.push(map);
        preactFeatures.push(preactivated);
      }
      const pooled = globalAverage(map);
      const classify = classifierOf(linear, context);
      return { logits: classify(pooled), features, preactFeatures, pooled, lastMap: map, classify };
    },
  };
}

/** A member by its original. */
export const shuffleNetV1Of = membersOf(shuffleNet);

/** A unit of the network without its last ReLU; `halves` the map and concatenates, or adds. */
function shuffleBlock(scope: ModuleScope, inputs: number, outputs: number, halves: boolean): Layer {
  const own = halves ? outputs - inputs : outputs;
  const middle = Math.floor(own / 4);
  const stride = halves ? 2 : 1;
  // The stem has too few channels for groups.
  const firstGroups = inputs === stemWidth ? 1 : groups;
  const first = scope.convNorm('conv1', 'bn1', {
    inputs,
    outputs: middle,
    kernel: 1,
    groups: firstGroups,
  });
  const depthwise = scope.convNorm('conv2', 'bn2', {
    inputs: middle,
    outputs: middle,
    kernel: 3,
    stride,
    padding: 1,
    groups: middle,
  });
  const last = scope.convNorm('conv3', 'bn3', { inputs: middle, outputs: own, kernel: 1, groups });
  return (context, x) => {
    const shuffled = channelShuffle(relu(first(context, x)), firstGroups);
    const result = last(context, relu(depthwise(context, shuffled)));
    return halves
      ? (tf.concat([result, avgPool(x, 3, { stride: 2, padding: 1 })], 3) as Tensor4D)
      : (tf.add(result, x) as Tensor4D);
  };
}
