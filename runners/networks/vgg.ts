import type { Tensor4D } from '@tensorflow/tfjs-core';
import { globalAverage, maxPool, relu } from '../engine/ops/index.ts';
import { membersOf } from './members.ts';
import { classifierOf, type Layer, type LayerStart, ModuleScope, uniform } from './modules.ts';
import type { Network, NetworkOptions } from './types.ts';

/** Convolutions in each of the five blocks. */
export type VggSpec = readonly [number, number, number, number, number];

const widths = [64, 128, 256, 512, 512] as const;

/**
 * VGG with batch norm for 32x32 pictures (Simonyan & Zisserman 2015, arXiv:1409.1556), as
 * mdistiller has it: pooling after the first three blocks, after the fourth only where the picture
 * is 64 high, then the global average and one linear layer. Convolutions have a bias. The `preact`
 * feature of the first block is its activated one, as the original has it. Checked against
 * megvii-research/mdistiller mdistiller/models/cifar/vgg.py.
 *
 * @param start how the classifier starts, where not as the original's
 */
function vgg(
  name: string,
  counts: VggSpec,
  { classes, inputShape }: NetworkOptions,
  start: LayerStart = {},
): Network {
  const scope = ModuleScope.startingWith({ linear: 'small', bias: 'zero' });
  const [height, , channels] = inputShape;
  const blocks = counts.map((count, index) =>
    block(
      scope.child(`block${index}`),
      index === 0 ? channels : (widths[index - 1] as number),
      widths[index] as number,
      count,
    ),
  );
  const classifier = scope.linear('classifier', widths[4], classes, start);
  const pooledAfter = (index: number) => index < 3 || (index === 3 && height === 64);

  return {
    name,
    classes,
    inputShape,
    params: scope.params,
    stageNorms: counts.slice(1).map((count, index) => `block${index + 1}.${3 * count - 2}`),
    forward(context, images) {
      const features: Tensor4D[] = [];
      const preactFeatures: Tensor4D[] = [];
      let map = images;
      for (const [index, run] of blocks.entries()) {
        const preactivated = run(context, map);
        const activated = relu(preactivated);
        features.push(activated);
        preactFeatures.push(index === 0 ? activated : preactivated);
        map = pooledAfter(index) ? maxPool(activated, 2) : activated;
      }
      const pooled = globalAverage(map);
      const classify = classifierOf(classifier, context);
      return { logits: classify(pooled), features, preactFeatures, pooled, lastMap: map, classify };
    },
  };
}

/** A member by its convolutions. */
export const vggOf = membersOf<VggSpec>((name, counts, options) => vgg(name, counts, options));

/**
 * A member for CUB-200: its classifier is a new one, put there after the network has drawn its
 * weights, and so starts as PyTorch's layers do. Source: shicaiwei123/SDD-CVPR2024@e412036
 * train_origin.py.
 */
export const cub200VggOf = membersOf<VggSpec>((name, counts, options) => {
  const drawn = uniform(widths[4]);
  return vgg(name, counts, options, { weight: drawn, bias: drawn });
});

/** Convolutions with batch norm and ReLU; the last ReLU is left to the caller. */
function block(scope: ModuleScope, inputs: number, outputs: number, count: number): Layer {
  // The original's sequence counts convolution, batch norm and ReLU.
  const layers = Array.from({ length: count }, (_, index) =>
    scope.convNorm(3 * index, 3 * index + 1, {
      inputs: index === 0 ? inputs : outputs,
      outputs,
      kernel: 3,
      padding: 1,
      bias: true,
    }),
  );
  return (context, x) =>
    layers.reduce((map, layer, index) => layer(context, index === 0 ? map : relu(map)), x);
}
