import type { Tensor4D } from '@tensorflow/tfjs-core';
import { maxPool, relu } from '../../engine/ops/index.ts';
import { tf } from '../../engine/tensorflow.ts';
import type { Layer, ModuleScope } from '../../networks/modules.ts';
import type { Forward, Init } from '../../networks/types.ts';

export interface FpnSpec {
  /** Channels of C2 to C5. */
  readonly inputs: readonly number[];
  /** Channels of every level; 256 in all published configs. */
  readonly channels: number;
  /** First of the backbone's maps that is used, from 0. */
  readonly startLevel: number;
  /** Levels in all. */
  readonly levels: number;
  /**
   * What comes after the backbone's coarsest map. `convolutions`: 3x3 with stride 2 on C5, then on
   * the level before (RetinaNet); `output-convolutions`: the same from the pyramid's coarsest level
   * on (GFL); `pool`: every second position of the level before (Faster R-CNN).
   */
  readonly extra: 'convolutions' | 'output-convolutions' | 'pool';
  /**
   * Whether a convolution on a level that is itself such a one sees it after a ReLU (FCOS); default
   * false.
   */
  readonly extraAfterRelu?: boolean;
  /**
   * Groups of a group norm after every convolution, which then has no bias (RepPoints); absent: no
   * norms.
   */
  readonly groups?: number;
}

export type Neck = (context: Forward, maps: readonly Tensor4D[]) => Tensor4D[];

/**
 * A feature pyramid (Lin et al. 2017, arXiv:1612.03144): 1x1 lateral convolutions, each added to
 * the coarser one enlarged to its size, then 3x3 convolutions. No activations.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/necks/fpn.py.
 */
export function fpn(scope: ModuleScope, spec: FpnSpec): Neck {
  const { channels, startLevel, levels, extra, extraAfterRelu = false, groups } = spec;
  const inputs = spec.inputs.slice(startLevel);
  const [laterals, outer] = [scope.child('lateral_convs'), scope.child('fpn_convs')];
  const convolution = (
    of: ModuleScope,
    index: number,
    from: number,
    kernel: 1 | 3,
    stride = 1,
  ): Layer => {
    const scope = of.child(index);
    const convolve = scope.conv('conv', {
      inputs: from,
      outputs: channels,
      kernel,
      stride,
      padding: kernel === 3 ? 1 : 0,
      bias: groups === undefined,
      start: { weight: xavierUniform(from, channels, kernel), bias: 0 },
    });
    if (groups === undefined) return convolve;
    const norm = scope.groupNorm('gn', channels, groups);
    return (context, map) => norm(context, convolve(context, map));
  };
  const lateral = inputs.map((from, index) => convolution(laterals, index, from, 1));
  const smooth = inputs.map((_, index) => convolution(outer, index, channels, 3));
  const coarsest = extra === 'convolutions' ? (inputs[inputs.length - 1] as number) : channels;
  const added = Array.from({ length: extra === 'pool' ? 0 : levels - inputs.length }, (_, at) =>
    convolution(outer, inputs.length + at, at === 0 ? coarsest : channels, 3, 2),
  );
  return (context, maps) => {
    const used = maps.slice(startLevel);
    const sums = used.map((map, index) => lateral[index]?.(context, map) as Tensor4D);
    for (let index = sums.length - 1; index > 0; index -= 1) {
      const finer = sums[index - 1] as Tensor4D;
      const enlarged = resizeTo(sums[index] as Tensor4D, [finer.shape[1], finer.shape[2]]);
      sums[index - 1] = tf.add(finer, enlarged) as Tensor4D;
    }
    const results = sums.map((sum, index) => smooth[index]?.(context, sum) as Tensor4D);
    let last = (extra === 'convolutions' ? used : results).at(-1) as Tensor4D;
    added.forEach((convolve, index) => {
      last = convolve(context, extraAfterRelu && index > 0 ? relu(last) : last);
      results.push(last);
    });
    while (results.length < levels) {
      results.push(maxPool(results[results.length - 1] as Tensor4D, 1, { stride: 2 }));
    }
    return results;
  };
}

/**
 * Enlarges a map [B, H, W, C] by repeating positions: position i of n is what was at floor(i * old
 * / n).
 */
export function resizeTo(map: Tensor4D, size: [number, number]): Tensor4D {
  return tf.image.resizeNearestNeighbor(map, size) as Tensor4D;
}

/** Glorot & Bengio 2010, eq. 16: uniform with variance 2 / (fan-in + fan-out). */
export function xavierUniform(inputs: number, outputs: number, kernel: number): Init {
  return { kind: 'uniform', bound: Math.sqrt(6 / ((inputs + outputs) * kernel * kernel)) };
}
