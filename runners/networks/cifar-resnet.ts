import type { Tensor4D } from '@tensorflow/tfjs-core';
import { avgPool, globalAverage, relu } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import { largeStem } from './large-stem.ts';
import { membersOf } from './members.ts';
import { ModuleScope } from './modules.ts';
import type { Forward, Network, NetworkOptions } from './types.ts';

export interface CifarResnetSpec {
  /** 6n + 2 */
  readonly depth: number;
  /** Of stem and stages; default 16, 16, 32 and 64. */
  readonly widths?: readonly [number, number, number, number];
  /** The shortcut of a stage's first block (He et al. 2016, section 4.1); default B. */
  readonly shortcut?: 'A' | 'B';
  /** `cub200`: 7x7 with stride 2, for pictures of 224x224. Default: 3x3 that keeps the size. */
  readonly stem?: 'cifar' | 'cub200';
}

interface BlockOutput {
  readonly activated: Tensor4D;
  readonly preactivated: Tensor4D;
}
type Block = (context: Forward, x: Tensor4D) => BlockOutput;

/**
 * ResNet for 32x32 pictures with basic blocks (He et al. 2016, arXiv:1512.03385, section 4.2), as
 * mdistiller has it: the shortcut of a stage's first block is a strided 1x1 convolution with batch
 * norm (option B), and a stage's `preact` feature is its last block's sum before the ReLU. Checked
 * against megvii-research/mdistiller mdistiller/models/cifar/resnet.py.
 *
 * With option A that shortcut has no parameters: every second position of the map, between channels
 * of zeros. Checked against akamaster/pytorch_resnet_cifar10@d5489e8:resnet.py.
 *
 * The stem `cub200` is what shicaiwei123/SDD-CVPR2024@e412036:train_origin.py puts in its place for
 * CUB-200.
 */
function cifarResnet(
  name: string,
  { depth, widths = [16, 16, 32, 64], shortcut = 'B', stem: kind = 'cifar' }: CifarResnetSpec,
  { classes, inputShape }: NetworkOptions,
): Network {
  const scope = new ModuleScope();
  const [stem, ...stageWidths] = widths;
  const first = scope.convNorm('conv1', 'bn1', {
    inputs: inputShape[2],
    outputs: stem,
    ...(kind === 'cub200' ? largeStem(inputShape[2]) : { kernel: 3, padding: 1 }),
  });
  let inputs: number = stem;
  const stages = stageWidths.map((outputs, stage) => {
    const layer = scope.child(`layer${stage + 1}`);
    return Array.from({ length: (depth - 2) / 6 }, (_, index) => {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const block = basicBlock(layer.child(index), { inputs, outputs, stride, shortcut });
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

/** A member by its depth and widths. */
export const cifarResnetOf = membersOf(cifarResnet);

interface BlockSpec {
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
  readonly shortcut: 'A' | 'B';
}

function basicBlock(scope: ModuleScope, spec: BlockSpec): Block {
  const { inputs, outputs, stride } = spec;
  const first = scope.convNorm('conv1', 'bn1', { inputs, outputs, kernel: 3, stride, padding: 1 });
  const second = scope.convNorm('conv2', 'bn2', {
    inputs: outputs,
    outputs,
    kernel: 3,
    padding: 1,
  });
  const shortcut = shortcutOf(scope, spec);
  return (context, x) => {
    const inner = relu(first(context, x));
    const sum = tf.add(second(context, inner), shortcut(context, x)) as Tensor4D;
    return { activated: relu(sum), preactivated: sum };
  };
}

function shortcutOf(
  scope: ModuleScope,
  { inputs, outputs, stride, shortcut }: BlockSpec,
): (context: Forward, x: Tensor4D) => Tensor4D {
  if (stride === 1 && inputs === outputs) return (_, x) => x;
  if (shortcut === 'B') {
    return scope.child('downsample').convNorm(0, 1, { inputs, outputs, kernel: 1, stride });
  }
  const zeros = (outputs - inputs) / 2;
  // A window of one position gives that position.
  return (_, x) =>
    tf.pad(avgPool(x, 1, { stride }), [
      [0, 0],
      [0, 0],
      [0, 0],
      [zeros, zeros],
    ]) as Tensor4D;
}
