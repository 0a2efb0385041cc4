import type { Tensor4D } from '@tensorflow/tfjs-core';
import { adaptiveAvgPool, maxPool, relu, resizeBilinear } from '../../engine/ops/index.ts';
import { tf } from '../../engine/tensorflow.ts';
import { type Layer, ModuleScope } from '../../networks/modules.ts';
import { type BlockKind, expansion, residualBlock } from '../../networks/resnet-blocks.ts';
import { leakyConvNorm, withPositiveScales } from './activated-norm.ts';
import { segmenterFamily } from './encoder-decoder.ts';
import { dropped } from './heads.ts';
import type { Segmenter, SegmenterPass } from './types.ts';

export interface TorchDistillerSpec {
  readonly block: BlockKind;
  /** Blocks of each stage. */
  readonly counts: readonly [number, number, number, number];
  /** Channels of the stem's first two convolutions; 64 in the official network. */
  readonly width?: number;
}

export const torchDistillerBackbones = {
  r18: { block: 'basic', counts: [2, 2, 2, 2] },
  r18w8: { block: 'basic', counts: [2, 2, 2, 2], width: 8 },
  r18w16: { block: 'basic', counts: [2, 2, 2, 2], width: 16 },
  r101: { block: 'bottleneck', counts: [3, 4, 23, 3] },
} as const satisfies Readonly<Record<string, TorchDistillerSpec>>;

const strides = [1, 2, 1, 1] as const;
const dilations = [1, 1, 2, 4] as const;
const pooledSides = [1, 2, 3, 6] as const;

const backboneModules = [
  ...['conv1', 'bn1', 'conv2', 'bn2', 'conv3', 'bn3'],
  ...['layer1', 'layer2', 'layer3', 'layer4'],
];

/**
 * PSPNet as CWD's authors train it, which is not mmsegmentation's: a stem of 64, 64 and 128
 * channels, a max pooling that rounds sizes up, every convolution of a dilated stage dilated,
 * activated batch norm with leaky ReLU in both heads, maps enlarged with aligned corners, losses
 * over the pixels that count. Weights start as PyTorch's layers do.
 *
 * Official files: irfanICMLL/TorchDistiller@78bac7c SemSeg-distill/networks/pspnet.py (`ResNet`,
 * `PSPModule`), utils/criterion.py (`CriterionDSN`), utils/evaluate.py (`predict_whole`).
 */
export function torchDistillerPspnet(
  name: string,
  spec: TorchDistillerSpec,
  classes: number,
): Segmenter {
  const { block, width = 64 } = spec;
  const scope = ModuleScope.startingWith({ convolution: 'uniform' });
  const stem = deepStem(scope, width);
  const stages = dilatedStages(scope, spec);
  const [third, last] = [4 * width * expansion[block], 8 * width * expansion[block]];
  const channels = last / 4;
  const body = pyramid(scope.child('pspmodule'), last, channels);
  const head = scope.conv('head', { inputs: channels, outputs: classes, kernel: 1, bias: true });
  const auxiliary = auxiliaryHead(scope.child('dsn'), third, channels, classes);
  const { params } = scope;
  return {
    name,
    classes,
    params,
    backboneModules,
    shapes: {
      name,
      family: segmenterFamily,
      features: [last],
      strides: [8],
      positions: (pixels) => halfOf(pooledUp(halfOf(pixels))),
      embedding: channels,
      logits: [classes],
    },
    dropoutChannels: { decode: channels, auxiliary: channels },
    reading: { alignCorners: true, averageCounted: true, auxiliaryWeight: 0.4 },
    forward(given, images) {
      const pass: SegmenterPass = { ...given, ...withPositiveScales(given, params) };
      let map = maxPool(paddedUp(stem(pass, images)), 3, { stride: 2 });
      const backbone = stages.map((blocks) => {
        for (const run of blocks) map = relu(run(pass, map));
        return map;
      });
      const [, , before, top] = backbone as [Tensor4D, Tensor4D, Tensor4D, Tensor4D];
      const embedding = dropped(pass, 'decode', body(pass, top));
      return {
        backbone,
        embedding,
        logits: head(pass, embedding),
        auxiliary: pass.auxiliary ? auxiliary(pass, before) : null,
      };
    },
  };
}

/** Three 3x3 convolutions with batch norm and ReLU; the first has stride 2, the last is wider. */
function deepStem(scope: ModuleScope, width: number): Layer {
  const layers = [
    scope.convNorm('conv1', 'bn1', { inputs: 3, outputs: width, kernel: 3, stride: 2, padding: 1 }),
    scope.convNorm('conv2', 'bn2', { inputs: width, outputs: width, kernel: 3, padding: 1 }),
    scope.convNorm('conv3', 'bn3', { inputs: width, outputs: 2 * width, kernel: 3, padding: 1 }),
  ];
  return (context, x) => layers.reduce((map, layer) => relu(layer(context, map)), x);
}

/** Positions that a convolution of stride 2 leaves. */
const halfOf = (positions: number) => Math.ceil(positions / 2);
/** Positions that the max pooling leaves. */
const pooledUp = (positions: number) => Math.floor(positions / 2) + 1;

/**
 * Padding for a max pooling of 3x3 and stride 2 that rounds sizes up (`ceil_mode`): one row and
 * column before, two behind. What comes out of a ReLU is not below the zeros that pad it.
 */
function paddedUp(map: Tensor4D): Tensor4D {
  const [, height, width] = map.shape;
  // Of an odd side the last window begins at the last pixel, and rounding changes nothing.
  const behind = (side: number) => (side % 2 === 0 ? 2 : 1);
  return tf.pad(map, [
    [0, 0],
    [1, behind(height)],
    [1, behind(width)],
    [0, 0],
  ]) as Tensor4D;
}

function dilatedStages(
  scope: ModuleScope,
  { block, counts, width: base = 64 }: TorchDistillerSpec,
): Layer[][] {
  let inputs = 2 * base;
  return counts.map((count, index) => {
    const layer = scope.child(`layer${index + 1}`);
    const width = base * 2 ** index;
    return Array.from({ length: count }, (_, at) => {
      const shape = {
        inputs,
        width,
        outputs: width * expansion[block],
        stride: at === 0 ? (strides[index] as number) : 1,
        dilation: dilations[index] as number,
        secondDilation: dilations[index] as number,
        shortcut: 'downsample',
      };
      inputs = shape.outputs;
      return residualBlock(block, layer.child(at), shape);
    });
  });
}

/** Pyramid pooling: the averages come before the map itself, unlike in mmsegmentation. */
function pyramid(scope: ModuleScope, inputs: number, outputs: number): Layer {
  const modules = scope.child('stages');
  const branches = pooledSides.map((side, index) => ({
    side,
    narrow: leakyConvNorm(modules.child(index), 1, 2, { inputs, outputs, kernel: 1 }),
  }));
  const bottleneck = leakyConvNorm(scope.child('bottleneck'), 0, 1, {
    inputs: inputs + pooledSides.length * outputs,
    outputs,
    kernel: 3,
    padding: 1,
  });
  return (context, x) => {
    const size = [x.shape[1], x.shape[2]] as const;
    const priors = branches.map(({ side, narrow }) =>
      resizeBilinear(narrow(context, adaptiveAvgPool(x, side)), size, { alignCorners: true }),
    );
    return bottleneck(context, tf.concat([...priors, x], 3));
  };
}

/** The head on the third stage (`dsn`); index 2 of it is the dropout. */
function auxiliaryHead(
  scope: ModuleScope,
  inputs: number,
  channels: number,
  classes: number,
): (pass: SegmenterPass, map: Tensor4D) => Tensor4D {
  const body = leakyConvNorm(scope, 0, 1, {
    inputs,
    outputs: channels,
    kernel: 3,
    padding: 1,
    bias: true,
  });
  const classifier = scope.conv(3, { inputs: channels, outputs: classes, kernel: 1, bias: true });
  return (pass, map) => classifier(pass, dropped(pass, 'auxiliary', body(pass, map)));
}
