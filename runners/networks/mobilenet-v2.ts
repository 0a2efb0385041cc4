import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { globalAverage, maxPool, relu, relu6 } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import { largeStem } from './large-stem.ts';
import { membersOf } from './members.ts';
import {
  type ConvolutionSpec,
  classifierOf,
  type InitialWeights,
  type Layer,
  type LinearLayer,
  ModuleScope,
} from './modules.ts';
import type { Forward, Network, NetworkOptions } from './types.ts';

/** Names of a convolution and the batch norm that follows it. */
type Pair = readonly [string, string];
interface BlockNames {
  /**
   * Of the block within the network, by its stage, its place in the stage and its place among all
   * blocks from 1.
   */
  path(stage: number, index: number, order: number): string;
  readonly expand: Pair;
  readonly depthwise: Pair;
  readonly project: Pair;
}

interface Original {
  /**
   * Widths of the stages are this share of the paper's; the last convolution keeps its 1280
   * channels.
   */
  readonly width: number;
  readonly strides: readonly number[];
  readonly activation: (x: Tensor4D) => Tensor4D;
  readonly stem: Pair;
  /** Its first convolution; absent: 3x3 with stride 2. */
  readonly stemShape?: Pick<ConvolutionSpec, 'kernel' | 'stride' | 'padding' | 'start'>;
  /** Whether max pooling over 2x2 follows the stem. */
  readonly stemPools?: boolean;
  readonly block: BlockNames;
  /**
   * A first block without expansion convolution has other names; null: it has one although it
   * expands by 1.
   */
  readonly unexpanded: Pick<BlockNames, 'depthwise' | 'project'> | null;
  readonly last: Pair;
  readonly classifier: string;
  /** Whether the classifier is a convolution of 1x1. */
  readonly pointwise?: boolean;
  /** Whether convolutions have a bias, before batch norm too. */
  readonly biased?: boolean;
  readonly initial?: Partial<InitialWeights>;
  readonly features:
    | 'stem and stages'
    | 'stages and last convolution'
    | 'stem, stages and last convolution';
}

const stemWidth = 32;
const lastWidth = 1280;
/** Expansion, channels and blocks of each stage (table 2 of the paper). */
const stages = [
  [1, 16, 1],
  [6, 24, 2],
  [6, 32, 3],
  [6, 64, 4],
  [6, 96, 3],
  [6, 160, 3],
  [6, 320, 1],
] as const;
/**
 * Where the map is about to become smaller, and the last one: stages whose outputs are features.
 */
const featureStages = [1, 2, 4, 6];

const half: Original = {
  width: 0.5,
  strides: [1, 1, 2, 2, 1, 2, 1],
  activation: relu,
  stem: ['conv1.0', 'conv1.1'],
  block: {
    path: (stage, index) => `blocks.${stage}.${index}.conv`,
    expand: ['0', '1'],
    depthwise: ['3', '4'],
    project: ['6', '7'],
  },
  unexpanded: null,
  last: ['conv2.0', 'conv2.1'],
  classifier: 'classifier.0',
  features: 'stem and stages',
};

const originals: Readonly<Record<'cifar' | 'cub200' | 'tiny-imagenet' | 'imagenet', Original>> = {
  cifar: half,
  cub200: { ...half, stemShape: largeStem(3), stemPools: true },
  'tiny-imagenet': {
    width: 1,
    strides: [1, 2, 2, 2, 1, 1, 1],
    activation: relu6,
    stem: ['pre.0', 'pre.1'],
    // It pads a window of one position, so that the map grows by two.
    stemShape: { kernel: 1, padding: 1 },
    block: {
      path: (stage, index) =>
        stage === 0 || stage === 6
          ? `stage${stage + 1}.residual`
          : `stage${stage + 1}.${index}.residual`,
      expand: ['0', '1'],
      depthwise: ['3', '4'],
      project: ['6', '7'],
    },
    unexpanded: null,
    last: ['conv1.0', 'conv1.1'],
    classifier: 'conv2',
    pointwise: true,
    biased: true,
    initial: { convolution: 'uniform' },
    features: 'stem, stages and last convolution',
  },
  imagenet: {
    width: 1,
    strides: [1, 2, 2, 2, 1, 2, 1],
    activation: relu6,
    stem: ['features.0.0', 'features.0.1'],
    block: {
      path: (_stage, _index, order) => `features.${order}.conv`,
      expand: ['0.0', '0.1'],
      depthwise: ['1.0', '1.1'],
      project: ['2', '3'],
    },
    unexpanded: { depthwise: ['0.0', '0.1'], project: ['1', '2'] },
    last: ['features.18.0', 'features.18.1'],
    classifier: 'classifier.1',
    features: 'stages and last convolution',
  },
};

/**
 * MobileNet V2 (Sandler et al. 2018, arXiv:1801.04381). It has no `preact` features.
 *
 * `cifar` is mdistiller's of half the width for 32x32 pictures: ReLU, an expansion convolution in
 * every block. Checked against megvii-research/mdistiller mdistiller/models/cifar/mobilenetv2.py
 * (`mobile_half`). `imagenet` is torchvision's (0.14, `mobilenet_v2`): ReLU6, none in the first
 * block. Its dropout before the classifier is left out, as timm leaves it out of the same network
 * by default. `cub200` is `cifar` for 224x224 pictures, with another stem
 * (shicaiwei123/SDD-CVPR2024@e412036:train_origin.py). `tiny-imagenet` is what mdistiller trains at
 * 64x64 (mdistiller/models/cifar/mv2_tinyimagenet.py): full width, biases before batch norms, a 1x1
 * stem, and a classifier that is a convolution.
 */
function mobileNetV2(
  name: string,
  original: keyof typeof originals,
  { classes, inputShape }: NetworkOptions,
): Network {
  const { width, strides, activation, stem, stemPools, block, unexpanded, last, features } =
    originals[original];
  const { classifier, pointwise = false, biased: bias = false } = originals[original];
  const { stemShape = { kernel: 3, stride: 2, padding: 1 } } = originals[original];
  const { initial = { linear: 'small', bias: 'zero' } } = originals[original];
  const scope = ModuleScope.startingWith(initial);
  let inputs = stemWidth * width;
  const first = scope.convNorm(...stem, {
    inputs: inputShape[2],
    outputs: inputs,
    bias,
    ...stemShape,
  });
  let order = 0;
  const blocks = stages.map(([expansion, channels, count], stage) => {
    const outputs = channels * width;
    return Array.from({ length: count }, (_, index) => {
      order += 1;
      const own = scope.child(block.path(stage, index, order));
      const hidden = inputs * expansion;
      const stride = index === 0 ? (strides[stage] as number) : 1;
      const expanded = expansion > 1 || unexpanded === null;
      const result = invertedResidual(
        own,
        expanded ? block : { ...unexpanded, expand: null },
        { inputs, hidden, outputs, stride, bias },
        activation,
      );
      inputs = outputs;
      return result;
    });
  });
  const finish = scope.convNorm(...last, { inputs, outputs: lastWidth, kernel: 1, bias });
  const linear = pointwise
    ? asLinear(scope.conv(classifier, { inputs: lastWidth, outputs: classes, kernel: 1, bias }))
    : scope.linear(classifier, lastWidth, classes);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    // OFAKD takes the last convolution for the fourth stage.
    ...(features === 'stages and last convolution' && {
      stages: { of: 'features', places: [1, 2, 3, 5] },
    }),
    forward(context, images) {
      let map = activation(first(context, images));
      if (stemPools === true) map = maxPool(map, 2);
      const maps = [map];
      for (const stage of blocks) {
        for (const run of stage) map = run(context, map);
        maps.push(map);
      }
      const lastMap = activation(finish(context, map));
      const pooled = globalAverage(lastMap);
      const classify = classifierOf(linear, context);
      return {
        logits: classify(pooled),
        features: featuresOf(features, maps, lastMap),
        preactFeatures: [],
        pooled,
        lastMap,
        classify,
      };
    },
  };
}

/** @param maps of the stem and of every stage */
function featuresOf(
  which: Original['features'],
  maps: readonly Tensor4D[],
  last: Tensor4D,
): readonly Tensor4D[] {
  const [stem, first] = maps as [Tensor4D, Tensor4D];
  const chosen = featureStages.map((stage) => maps[stage + 1] as Tensor4D);
  switch (which) {
    case 'stem and stages':
      return [stem, ...chosen];
    case 'stages and last convolution':
      return [first, ...chosen, last];
    // The stages that make the map smaller.
    case 'stem, stages and last convolution':
      return [stem, maps[2] as Tensor4D, maps[3] as Tensor4D, maps[4] as Tensor4D, last];
  }
}

/** A convolution of 1x1 as a layer on [..., C]. */
function asLinear(convolution: Layer): LinearLayer {
  return ((context: Forward, x: Tensor2D) => {
    const width = x.shape.at(-1) as number;
    const y = convolution(context, tf.reshape(x, [-1, 1, 1, width]) as Tensor4D);
    return tf.reshape(y, [...x.shape.slice(0, -1), y.shape[3]]);
  }) as LinearLayer;
}

/** A member by its original. */
export const mobileNetV2Of = membersOf(mobileNetV2);

/**
 * Expansion by 1x1, depthwise 3x3, projection by 1x1 without activation; added to the input where
 * the shape stays.
 */
function invertedResidual(
  scope: ModuleScope,
  names: Pick<BlockNames, 'depthwise' | 'project'> & { readonly expand: Pair | null },
  {
    inputs,
    hidden,
    outputs,
    stride,
    bias,
  }: {
    readonly inputs: number;
    readonly hidden: number;
    readonly outputs: number;
    readonly stride: number;
    readonly bias: boolean;
  },
  activation: Original['activation'],
): Layer {
  const expand =
    names.expand === null
      ? null
      : scope.convNorm(...names.expand, { inputs, outputs: hidden, kernel: 1, bias });
  const depthwise = scope.convNorm(...names.depthwise, {
    inputs: hidden,
    outputs: hidden,
    kernel: 3,
    stride,
    padding: 1,
    groups: hidden,
    bias,
  });
  const project = scope.convNorm(...names.project, { inputs: hidden, outputs, kernel: 1, bias });
  const adds = stride === 1 && inputs === outputs;
  return (context, x) => {
    const wide = expand === null ? x : activation(expand(context, x));
    const result = project(context, activation(depthwise(context, wide)));
    return adds ? (tf.add(x, result) as Tensor4D) : result;
  };
}
