import type { Tensor4D } from '@tensorflow/tfjs-core';
import { maxPool, relu } from '../../engine/ops/index.ts';
import type { Layer, ModuleScope } from '../../networks/modules.ts';
import { type BlockKind, expansion, residualBlock } from '../../networks/resnet-blocks.ts';
import type { Forward } from '../../networks/types.ts';

/** A ResNet whose last two stages keep the size. */
export interface DilatedResnetSpec {
  /** What zoos of trained weights call it; absent where nobody released any for it. */
  readonly architecture?: string;
  readonly block: BlockKind;
  /** Blocks of each stage. */
  readonly counts: readonly [number, number, number, number];
  /** Channels of the 3x3 convolutions of the first stage; 64 in all published configs. */
  readonly width?: number;
}

export interface DilatedBackbone {
  /** Channels of the four maps. */
  readonly channels: readonly [number, number, number, number];
  /** Maps after the last ReLU of each stage, with strides 4, 8, 8 and 8. */
  run(context: Forward, images: Tensor4D): Tensor4D[];
}

export const dilatedBackbones = {
  r18: { architecture: 'resnet18_v1c', block: 'basic', counts: [2, 2, 2, 2] },
  r18w8: { block: 'basic', counts: [2, 2, 2, 2], width: 8 },
  r18w16: { block: 'basic', counts: [2, 2, 2, 2], width: 16 },
  r18w32: { block: 'basic', counts: [2, 2, 2, 2], width: 32 },
  r50: { architecture: 'resnet50_v1c', block: 'bottleneck', counts: [3, 4, 6, 3] },
  r101: { architecture: 'resnet101_v1c', block: 'bottleneck', counts: [3, 4, 23, 3] },
} as const satisfies Readonly<Record<string, DilatedResnetSpec>>;

/** Of the four stages. */
export const dilatedStages = { strides: [1, 2, 1, 1], dilations: [1, 1, 2, 4] } as const;
const { strides, dilations } = dilatedStages;

/**
 * ResNetV1c with a stride of 8 (`d8`): a stem of three 3x3 convolutions, and dilation in place of
 * stride in the last two stages. The first block of a dilated stage has half its dilation
 * (`contract_dilation`); of a basic block only the first convolution is dilated. Weights start as
 * without a checkpoint: the last norm of every block with scale 0.
 *
 * Official files: mmsegmentation 1.2.2 mmseg/models/backbones/resnet.py (ResNetV1c),
 * mmseg/models/utils/res_layer.py, configs/_base_/models/pspnet_r50-d8.py.
 */
export function dilatedResnet(
  scope: ModuleScope,
  { block, counts, width: base = 64 }: DilatedResnetSpec,
): DilatedBackbone {
  const stem = deepStem(scope.child('stem'), base);
  let inputs = base;
  const stages = counts.map((count, index) => {
    const layer = scope.child(`layer${index + 1}`);
    const width = base * 2 ** index;
    const outputs = width * expansion[block];
    const dilation = dilations[index] as number;
    return Array.from({ length: count }, (_, at) => {
      const shape = {
        inputs,
        width,
        outputs,
        stride: at === 0 ? (strides[index] as number) : 1,
        dilation: at === 0 && dilation > 1 ? dilation / 2 : dilation,
        shortcut: 'downsample',
        lastScale: 0,
      };
      inputs = outputs;
      return residualBlock(block, layer.child(at), shape);
    });
  });
  const channelsOf = (stage: number) => base * 2 ** stage * expansion[block];
  return {
    channels: [channelsOf(0), channelsOf(1), channelsOf(2), channelsOf(3)],
    run(context, images) {
      let map = maxPool(stem(context, images), 3, { stride: 2, padding: 1 });
      return stages.map((blocks) => {
        for (const run of blocks) map = relu(run(context, map));
        return map;
      });
    },
  };
}

/** Three 3x3 convolutions with batch norm and ReLU; the first has stride 2. */
function deepStem(scope: ModuleScope, width: number): Layer {
  const half = width / 2;
  const layers = [
    scope.convNorm(0, 1, { inputs: 3, outputs: half, kernel: 3, stride: 2, padding: 1 }),
    scope.convNorm(3, 4, { inputs: half, outputs: half, kernel: 3, padding: 1 }),
    scope.convNorm(6, 7, { inputs: half, outputs: width, kernel: 3, padding: 1 }),
  ];
  return (context, x) => layers.reduce((map, layer) => relu(layer(context, map)), x);
}
