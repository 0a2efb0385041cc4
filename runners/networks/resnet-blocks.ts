import type { Tensor4D } from '@tensorflow/tfjs-core';
import { relu } from '../engine/ops/index.ts';
import { tf } from '../engine/tensorflow.ts';
import type { Layer, ModuleScope } from './modules.ts';

export type BlockKind = 'basic' | 'bottleneck';

export interface BlockShape {
  readonly inputs: number;
  /** Channels of the 3x3 convolutions. */
  readonly width: number;
  readonly outputs: number;
  readonly stride: number;
  /** Name of the module that changes size and width of what passes by the block. */
  readonly shortcut: string;
  /**
   * Groups of a bottleneck's 3x3 convolution (ResNeXt; Xie et al. 2017, arXiv:1611.05431); default
   * 1.
   */
  readonly groups?: number;
  /** Whether that convolution is deformable, and how. */
  readonly deformable?: 'plain' | 'modulated';
  /**
   * Of the convolution that has the stride: a bottleneck's 3x3, a basic block's first; default 1.
   */
  readonly dilation?: number;
  /** Of a basic block's second convolution; default 1. */
  readonly secondDilation?: number;
  /**
   * What the last batch norm's scale starts at; default 1. With 0 a block starts as its shortcut.
   */
  readonly lastScale?: number;
  /**
   * Whether a bottleneck's stride is in its first 1x1 convolution, as Caffe's ResNets have it;
   * default: in the 3x3.
   */
  readonly strideFirst?: boolean;
}

/** Output channels over a stage's base width. */
export const expansion = { basic: 1, bottleneck: 4 } as const;

/**
 * One residual block (He et al. 2016, arXiv:1512.03385). Gives the sum; the ReLU after it is the
 * caller's.
 */
export function residualBlock(kind: BlockKind, scope: ModuleScope, shape: BlockShape): Layer {
  return blocks[kind](scope, shape);
}

type BlockOf = (scope: ModuleScope, shape: BlockShape) => Layer;

const blocks: Readonly<Record<BlockKind, BlockOf>> = {
  basic(scope, shape) {
    const { inputs, width, stride, dilation = 1, secondDilation = 1, lastScale } = shape;
    const first = scope.convNorm('conv1', 'bn1', {
      inputs,
      outputs: width,
      kernel: 3,
      stride,
      padding: dilation,
      dilation,
    });
    const second = scope.convNorm(
      'conv2',
      'bn2',
      {
        inputs: width,
        outputs: width,
        kernel: 3,
        padding: secondDilation,
        dilation: secondDilation,
      },
      lastScale,
    );
    const passed = shortcutOf(scope, shape);
    return (context, x) => {
      const inner = second(context, relu(first(context, x)));
      return tf.add(inner, passed(context, x)) as Tensor4D;
    };
  },
  bottleneck(scope, shape) {
    const { inputs, width, outputs, stride, groups = 1, dilation = 1, lastScale } = shape;
    const deformable = shape.deformable === undefined ? {} : { deformable: shape.deformable };
    const strides = shape.strideFirst === true ? ([stride, 1] as const) : ([1, stride] as const);
    const first = scope.convNorm('conv1', 'bn1', {
      inputs,
      outputs: width,
      kernel: 1,
      stride: strides[0],
    });
    const second = scope.convNorm('conv2', 'bn2', {
      inputs: width,
      outputs: width,
      kernel: 3,
      stride: strides[1],
      padding: dilation,
      dilation,
      groups,
      ...deformable,
    });
    const third = scope.convNorm('conv3', 'bn3', { inputs: width, outputs, kernel: 1 }, lastScale);
    const passed = shortcutOf(scope, shape);
    return (context, x) => {
      const inner = third(context, relu(second(context, relu(first(context, x)))));
      return tf.add(inner, passed(context, x)) as Tensor4D;
    };
  },
};

/** The input itself, or a strided 1x1 convolution with batch norm where size or width change. */
function shortcutOf(scope: ModuleScope, { inputs, outputs, stride, shortcut }: BlockShape): Layer {
  if (stride === 1 && inputs === outputs) return (_, x) => x;
  return scope.child(shortcut).convNorm(0, 1, { inputs, outputs, kernel: 1, stride });
}
