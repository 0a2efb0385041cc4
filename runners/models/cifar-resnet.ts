import type { Tensor4D } from '@tensorflow/tfjs-core';
import { globalAverage, relu } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import { ModuleScope } from './modules.ts';
import type { Forward, Network } from './types.ts';

/** Depth 6n + 2, and the widths of stem and stages. */
export interface CifarResnetSpec {
  readonly depth: number;
  readonly widths: readonly [number, number, number, number];
}

interface BlockOutput {
  readonly activated: Tensor4D;
  readonly preactivated: Tensor4D;
}
type Block = (context: Forward, x: Tensor4D) => BlockOutput;

/**
 * ResNet for 32x32 pictures with basic blocks (He et al. 2016, arXiv:1512.03385, section 4.2), as mdistiller has it:
 * the shortcut of a stage's first block is a strided 1x1 convolution with batch norm (option B), and a stage's
 * `preact` feature is its last block's sum before the ReLU. Checked against megvii-research/mdistiller
 * mdistiller/models/cifar/resnet.py.
 */
export function cifarResnet(
  name: string,
  { depth, widths }: CifarResnetSpec,
  classes: number,
  inputShape: Network['inputShape'],
): Network {
  const scope = new ModuleScope();
  const [stem, ...stageWidths] = widths;
  const first = scope.convNorm('conv1', 'bn1', {
    inputs: inputShape[2],
    outputs: stem,
    kernel: 3,
    padding: 1,
  });
  let inputs: number = stem;
  const stages = stageWidths.map((outputs, stage) => {
    const layer = scope.child(`layer${stage + 1}`);
    return Array.from({ length: (depth - 2) / 6 }, (_, index) => {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const block = basicBlock(layer.child(index), inputs, outputs, stride);
      inputs = outputs;
      return block;
    });
  });
  const fc = scope.linear('fc', inputs, classes);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    stageNorms: stages.map((blocks, stage) => `layer${stage + 1}.${blocks.length - 1}.bn2`),
    forward(context, images) {
      let map = relu(first(context, images));
      const features = [map];
      const preactFeatures = [map];
      for (const blocks of stages) {
        let preactivated = map;
        for (const block of blocks) ({ activated: map, preactivated } = block(context, map));
        features.push(map);
        preactFeatures.push(preactivated);
      }
      const pooled = globalAverage(map);
      const classify = ((x: typeof pooled) => fc(context, x)) as ReturnType<
        Network['forward']
      >['classify'];
      return {
        logits: classify(pooled),
        features,
        preactFeatures,
        pooled,
        lastMap: map,
        classify,
      };
    },
  };
}

function basicBlock(scope: ModuleScope, inputs: number, outputs: number, stride: number): Block {
  const first = scope.convNorm('conv1', 'bn1', { inputs, outputs, kernel: 3, stride, padding: 1 });
  const second = scope.convNorm('conv2', 'bn2', {
    inputs: outputs,
    outputs,
    kernel: 3,
    padding: 1,
  });
  const shortcut =
    stride === 1 && inputs === outputs
      ? (_: Forward, x: Tensor4D) => x
      : scope.child('downsample').convNorm(0, 1, { inputs, outputs, kernel: 1, stride });
  return (context, x) => {
    const inner = relu(first(context, x));
    const sum = tf.add(second(context, inner), shortcut(context, x)) as Tensor4D;
    return { activated: relu(sum), preactivated: sum };
  };
}
