import type { Tensor4D } from '@tensorflow/tfjs-core';
import { maxPool, relu } from '../../engine/ops/index.ts';
import type { ModuleScope } from '../../networks/modules.ts';
import { type BlockKind, expansion, residualBlock } from '../../networks/resnet-blocks.ts';
import type { Forward } from '../../networks/types.ts';

/** A ResNet or ResNeXt as the backbone of a detector. */
export interface BackboneSpec {
  /** What zoos of trained weights call it; absent where nobody released any for it. */
  readonly architecture?: string;
  readonly block: BlockKind;
  /** Blocks of each stage. */
  readonly counts: readonly [number, number, number, number];
  /** Channels of the stem and of the first stage; default 64, as published. */
  readonly width?: number;
  /** ResNeXt's cardinality and the width of a group in the first stage; absent: a ResNet. */
  readonly groups?: { readonly count: number; readonly width: number };
  /**
   * As Caffe's ResNets, whose weights it starts with: the stride of a bottleneck is in its first
   * convolution, and no optimizer moves the batch norms.
   */
  readonly caffe?: boolean;
  /**
   * Whether the 3x3 convolutions of stages 2 to 4 are deformable (mmdetection's `dconv_c3-c5`), and
   * how: as in the first paper (`DCN`) or with modulated samples (`DCNv2`). Bottlenecks alone.
   */
  readonly deformable?: 'plain' | 'modulated';
}

/** How much of a detector's backbone is trained. */
export interface BackboneTraining {
  /** Stages that stay as they are: 1 means stem and first stage, 0 the stem alone, -1 nothing. */
  readonly frozenStages: number;
  /**
   * Whether all batch norms use their running statistics in training. Scale and offset are trained
   * all the same.
   */
  readonly normEval: boolean;
}

/** What mmdetection's configs have for backbones that were trained on ImageNet before. */
export const pretrainedBackbone: BackboneTraining = { frozenStages: 1, normEval: true };

export interface Backbone {
  /** Channels of the four maps. */
  readonly channels: readonly number[];
  /** Maps C2 to C5 after their last ReLU, with strides 4, 8, 16 and 32. */
  run(context: Forward, images: Tensor4D): Tensor4D[];
}

export const backbones = {
  r18: { architecture: 'resnet18', block: 'basic', counts: [2, 2, 2, 2] },
  r18w16: { block: 'basic', counts: [2, 2, 2, 2], width: 16 },
  r18w32: { block: 'basic', counts: [2, 2, 2, 2], width: 32 },
  r34: { architecture: 'resnet34', block: 'basic', counts: [3, 4, 6, 3] },
  r50: { architecture: 'resnet50', block: 'bottleneck', counts: [3, 4, 6, 3] },
  r101: { architecture: 'resnet101', block: 'bottleneck', counts: [3, 4, 23, 3] },
  'r50-caffe': {
    architecture: 'resnet50_caffe',
    block: 'bottleneck',
    counts: [3, 4, 6, 3],
    caffe: true,
  },
  'r101-caffe': {
    architecture: 'resnet101_caffe',
    block: 'bottleneck',
    counts: [3, 4, 23, 3],
    caffe: true,
  },
  'x101-32x4d': {
    architecture: 'resnext101_32x4d',
    block: 'bottleneck',
    counts: [3, 4, 23, 3],
    groups: { count: 32, width: 4 },
  },
  'x101-32x4d-dcn': {
    architecture: 'resnext101_32x4d',
    block: 'bottleneck',
    counts: [3, 4, 23, 3],
    groups: { count: 32, width: 4 },
    deformable: 'plain',
  },
  'x101-64x4d': {
    architecture: 'resnext101_64x4d',
    block: 'bottleneck',
    counts: [3, 4, 23, 3],
    groups: { count: 64, width: 4 },
  },
} as const satisfies Readonly<Record<string, BackboneSpec>>;

/**
 * Declares a backbone. Weights start as mmdetection's without a checkpoint: convolutions Kaiming
 * normal, the last norm of every block with scale 0.
 *
 * Official files: mmdetection 3.3.0 mmdet/models/backbones/resnet.py and resnext.py.
 */
export function backbone(
  whole: ModuleScope,
  { block, counts, groups, deformable, width: base = 64, caffe = false }: BackboneSpec,
  { frozenStages, normEval }: BackboneTraining,
): Backbone {
  const outer = caffe ? whole.withFixedNorms() : whole;
  const scopeOf = (stage: number) => (stage <= frozenStages ? outer.frozen() : outer);
  const stem = scopeOf(0).convNorm('conv1', 'bn1', {
    inputs: 3,
    outputs: base,
    kernel: 7,
    stride: 2,
    padding: 3,
  });
  let inputs: number = base;
  const stages = counts.map((count, index) => {
    const layer = scopeOf(index + 1).child(`layer${index + 1}`);
    const planes = base * 2 ** index;
    const width =
      groups === undefined ? planes : Math.floor((planes * groups.width) / base) * groups.count;
    const outputs = planes * expansion[block];
    return Array.from({ length: count }, (_, at) => {
      const stride = index > 0 && at === 0 ? 2 : 1;
      const shape = { inputs, width, outputs, stride, shortcut: 'downsample', lastScale: 0 };
      inputs = outputs;
      return residualBlock(block, layer.child(at), {
        ...{ ...shape, groups: groups?.count ?? 1, strideFirst: caffe },
        ...(deformable === undefined || index === 0 ? {} : { deformable }),
      });
    });
  });
  return {
    channels: counts.map((_, index) => base * 2 ** index * expansion[block]),
    run(context, images) {
      const still: Forward = {
        ...context,
        training: false,
        foldsNorms: context.training || context.foldsNorms === true,
      };
      const within = (stage: number) => (normEval || stage <= frozenStages ? still : context);
      const first = relu(stem(within(0), images));
      let map = maxPool(first, 3, { stride: 2, padding: 1 });
      return stages.map((blocks, index) => {
        for (const run of blocks) map = relu(run(within(index + 1), map));
        return map;
      });
    },
  };
}
