import type { Tensor4D } from '@tensorflow/tfjs-core';
import { globalAverage, relu } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import { membersOf } from './members.ts';
import { classifierOf, type Layer, ModuleScope } from './modules.ts';
import type { Network, NetworkOptions } from './types.ts';

/** Depth 6n + 4, and how many times wider than a ResNet of 16, 32 and 64 channels. */
export interface WideResnetSpec {
  readonly depth: number;
  readonly widen: number;
}

interface Block {
  /** The block's first batch norm, which normalizes the sum of the block before. */
  readonly norm: Layer;
  readonly run: Layer;
}

/**
 * Wide ResNet for 32x32 pictures (Zagoruyko & Komodakis 2016, arXiv:1605.07146), as mdistiller has
 * it: pre-activation blocks without dropout. Checked against megvii-research/mdistiller
 * mdistiller/models/cifar/wrn.py.
 *
 * Stage features are the sums of the blocks, before any batch norm; `preact` features are these
 * after the batch norm that follows. The original computes them after its forward pass by running
 * those three batch norms once more, so in training their running statistics move twice a step; so
 * they do here.
 */
function wideResnet(
  name: string,
  { depth, widen }: WideResnetSpec,
  { classes, inputShape }: NetworkOptions,
): Network {
  const scope = ModuleScope.startingWith({ bias: 'zero' });
  const stem = scope.conv('conv1', { inputs: inputShape[2], outputs: 16, kernel: 3, padding: 1 });
  let inputs = 16;
  const stages = [16, 32, 64].map((width, stage) => {
    const layer = scope.child(`block${stage + 1}`).child('layer');
    return Array.from({ length: (depth - 4) / 6 }, (_, index) => {
      const outputs = width * widen;
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const block = preactivationBlock(layer.child(index), inputs, outputs, stride);
      inputs = outputs;
      return block;
    });
  });
  const norm: Layer = scope.batchNorm('bn1', inputs);
  const fc = scope.linear('fc', inputs, classes);
  const following = [...stages.slice(1).map((blocks) => (blocks[0] as Block).norm), norm];

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    stageNorms: ['block2.layer.0.bn1', 'block3.layer.0.bn1', 'bn1'],
    forward(context, images) {
      const first = stem(context, images);
      const sums: Tensor4D[] = [];
      let map = first;
      for (const blocks of stages) {
        for (const block of blocks) map = block.run(context, map);
        sums.push(map);
      }
      const lastMap = relu(norm(context, map));
      const pooled = globalAverage(lastMap);
      const classify = classifierOf(fc, context);
      const again = following.map((layer, stage) => layer(context, sums[stage] as Tensor4D));
      return {
        logits: classify(pooled),
        features: [first, ...sums],
        preactFeatures: [first, ...again],
        pooled,
        lastMap,
        classify,
      };
    },
  };
}

/** A member by its depth and how many times wider it is. */
export const wideResnetOf = membersOf(wideResnet);

/**
 * Where the width changes, the shortcut convolves the activated input, otherwise it passes the sum
 * as it is.
 */
function preactivationBlock(
  scope: ModuleScope,
  inputs: number,
  outputs: number,
  stride: number,
): Block {
  const norm: Layer = scope.batchNorm('bn1', inputs);
  const first = scope.convNorm('conv1', 'bn2', { inputs, outputs, kernel: 3, stride, padding: 1 });
  const second = scope.conv('conv2', { inputs: outputs, outputs, kernel: 3, padding: 1 });
  const shortcut =
    inputs === outputs ? null : scope.conv('convShortcut', { inputs, outputs, kernel: 1, stride });
  return {
    norm,
    run(context, x) {
      const activated = relu(norm(context, x));
      const inner = second(context, relu(first(context, activated)));
      const passed = shortcut === null ? x : shortcut(context, activated);
      return tf.add(passed, inner) as Tensor4D;
    },
  };
}
