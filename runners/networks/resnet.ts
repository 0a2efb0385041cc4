import { globalAverage, maxPool, relu } from '../engine/ops/index.ts';
import { largeStem } from './large-stem.ts';
import { membersOf } from './members.ts';
import { classifierOf, ModuleScope } from './modules.ts';
import { type BlockKind, expansion, residualBlock } from './resnet-blocks.ts';
import type { Network, NetworkOptions } from './types.ts';

export interface ResnetSpec {
  readonly block: BlockKind;
  /** Blocks of each stage. */
  readonly counts: readonly [number, number, number, number];
  /**
   * `cifar`: a 3x3 convolution that keeps the size. `imagenet`: 7x7 with stride 2 and max pooling.
   * The two originals also name shortcut and classifier differently. `cub200`: that of `cifar` with
   * a first convolution of 7x7 with stride 2 (shicaiwei123/SDD-CVPR2024@e412036:train_origin.py).
   */
  readonly stem: 'cifar' | 'imagenet' | 'cub200';
  /** Channels of stem and first stage; they double from stage to stage. Default: 64. */
  readonly width?: number;
}

const stems = {
  cifar: { kernel: 3, stride: 1, padding: 1, shortcut: 'shortcut', classifier: 'linear' },
  imagenet: { kernel: 7, stride: 2, padding: 3, shortcut: 'downsample', classifier: 'fc' },
  cub200: { kernel: 7, stride: 2, padding: 3, shortcut: 'shortcut', classifier: 'linear' },
} as const;

/**
 * The four-stage ResNets (He et al. 2016, arXiv:1512.03385, table 1); the stride of a bottleneck is
 * in its 3x3 convolution. A stage's `preact` feature is its last block's sum before the ReLU; the
 * stem's is the activated map.
 *
 * Checked against megvii-research/mdistiller mdistiller/models/cifar/resnetv2.py (stem `cifar`),
 * and mdistiller/models/imagenet/resnet.py and torchvision 0.14 (stem `imagenet`): those two are
 * the same function with the same names. mdistiller averages a fixed 7x7 window there, which for
 * 224x224 pictures is the whole map.
 */
function resnet(
  name: string,
  { block, counts, stem, width: start = 64 }: ResnetSpec,
  { classes, inputShape }: NetworkOptions,
): Network {
  const scope = new ModuleScope();
  const { kernel, stride, padding, shortcut, classifier } = stems[stem];
  const first = scope.convNorm('conv1', 'bn1', {
    inputs: inputShape[2],
    outputs: start,
    kernel,
    stride,
    padding,
    ...(stem === 'cub200' ? largeStem(inputShape[2]) : {}),
  });
  let inputs = start;
  const stages = counts.map((count, stage) => {
    const layer = scope.child(`layer${stage + 1}`);
    const width = start * 2 ** stage;
    const outputs = width * expansion[block];
    return Array.from({ length: count }, (_, index) => {
      const stride = stage > 0 && index === 0 ? 2 : 1;
      const shape = { inputs, width, outputs, stride, shortcut };
      inputs = outputs;
      return residualBlock(block, layer.child(index), shape);
    });
  });
  const fc = scope.linear(classifier, inputs, classes);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    stageNorms: counts.map(
      (count, stage) => `layer${stage + 1}.${count - 1}.${block === 'basic' ? 'bn2' : 'bn3'}`,
    ),
    forward(context, images) {
      const activated = relu(first(context, images));
      const features = [activated];
      const preactFeatures = [activated];
      let map = stem === 'imagenet' ? maxPool(activated, 3, { stride: 2, padding: 1 }) : activated;
      for (const stage of stages) {
        let sum = map;
        for (const run of stage) {
          sum = run(context, map);
          map = relu(sum);
        }
        features.push(map);
        preactFeatures.push(sum);
      }
      const pooled = globalAverage(map);
      const classify = classifierOf(fc, context);
      return { logits: classify(pooled), features, preactFeatures, pooled, lastMap: map, classify };
    },
  };
}

/** A member by its blocks and its stem. */
export const resnetOf = membersOf(resnet);
