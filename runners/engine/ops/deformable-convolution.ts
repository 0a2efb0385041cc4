import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import type { ConvolutionOptions } from './convolution.ts';
import {
  type Corner,
  cornersOf,
  fromTaps,
  type Geometry,
  geometryOf,
  toTaps,
} from './deformable-samples.ts';
import { biasAdd } from './linear.ts';
import { attribute, defineOp, executeOne } from './native.ts';
import { addRows } from './rows.ts';

/**
 * Deformable convolution (Dai et al. 2017, arXiv:1703.06211, eq. 2 and 3): each tap of the kernel
 * looks at its place plus an offset of its own, by bilinear interpolation with zeros around the
 * map. With `mask` the modulated one (Zhu et al. 2019, arXiv:1811.11168, eq. 1). Differentiable
 * with respect to all tensors.
 *
 * A sample at or beyond -1 or the map's size counts nothing, and its offset has no gradient, as in
 * the official kernel. The samples [P, taps, C] are much larger than the map: they are made for
 * some taps at a time, and made again for the gradient instead of being kept.
 *
 * Official code: mmcv 2.1.0 mmcv/ops/csrc/pytorch/cpu/deform_conv.cpp and
 * modulated_deform_conv.cpp.
 *
 * @param x [B, H, W, I]
 * @param offset [B, Ho, Wo, D * taps * 2] in cells, of each of the D offset groups, to which the
 *   channels of `x` are dealt out: of every tap, row by row, first down, then across
 * @param weight [kh, kw, I / groups, O]
 * @param rest bias [O]; mask [B, Ho, Wo, D * taps], the factor of each sample
 * @returns [B, Ho, Wo, O]
 * @throws EngineError `ENGINE_SHAPE` naming the layer when channels, groups, offsets, mask and map
 *   do not fit
 */
export function deformableConv2d(
  x: Tensor4D,
  offset: Tensor4D,
  weight: Tensor4D,
  options: ConvolutionOptions = {},
  {
    bias = null,
    mask = null,
  }: { readonly bias?: Tensor1D | null; readonly mask?: Tensor4D | null } = {},
): Tensor4D {
  const geometry = geometryOf(x, offset, weight, options, mask);
  const [y] =
    mask === null
      ? plainOp({ x, offset, weight }, geometry)
      : modulatedOp({ x, offset, weight, mask }, geometry);
  return bias === null ? (y as Tensor4D) : biasAdd(y as Tensor4D, bias);
}

type Input = 'x' | 'offset' | 'weight';
type Inputs = Readonly<Record<Input, Tensor> & { mask?: Tensor }>;

const plainOp = defineOp<Input, Geometry>('DeformableConvolution', {
  forward: (inputs, geometry) => [convolve(inputs, geometry)],
  saveInputs: ['x', 'offset', 'weight'],
  saveOutputs: [false],
  gradient(dy, [x, offset, weight], geometry) {
    const made = gradients({ x, offset, weight } as Inputs, dy, geometry);
    return { x: () => made.x, offset: () => made.offset, weight: () => made.weight };
  },
});

const modulatedOp = defineOp<Input | 'mask', Geometry>('ModulatedDeformableConvolution', {
  forward: (inputs, geometry) => [convolve(inputs, geometry)],
  saveInputs: ['x', 'offset', 'weight', 'mask'],
  saveOutputs: [false],
  gradient(dy, [x, offset, weight, mask], geometry) {
    const made = gradients({ x, offset, weight, mask } as Inputs, dy, geometry);
    return {
      x: () => made.x,
      offset: () => made.offset,
      weight: () => made.weight,
      mask: () => made.mask,
    };
  },
});

function convolve(inputs: Inputs, geometry: Geometry): Tensor {
  const { pictures, to, outputs } = geometry;
  const { corners, rows, kernels, factors } = preparedOf(inputs, geometry);
  const sums = rangesOf(geometry).map((range) => {
    const samples = corners.map(({ index, weight }) =>
      scaledRows(takeRowsAt(rows, placesOf(index, range)), shareOf(weight, factors, range)),
    );
    return timesKernels(tf.addN(samples), part(kernels, range, 0), geometry);
  });
  return total(sums).reshape([pictures, ...to, outputs]);
}

/** All gradients at once: what the corners hold is taken once for all of them. */
function gradients(inputs: Inputs, dy: Tensor, geometry: Geometry): Record<Input | 'mask', Tensor> {
  return tf.tidy(() => {
    const { corners, rows, kernels, factors } = preparedOf(inputs, geometry);
    const flat = dy.reshape([-1, geometry.outputs]);
    const parts = rangesOf(geometry).map((range) => {
      // What the loss gains with each sample: [P, T, D, C / D].
      const wanted = backThroughKernels(flat, part(kernels, range, 0), geometry, range);
      const each = corners.map(({ index, weight }) => {
        const at = placesOf(index, range);
        const values = takeRowsAt(rows, at);
        const share = shareOf(weight, factors, range);
        return {
          samples: scaledRows(values, share),
          // And with the corner's part of the sample: [P, T, D].
          gain: tf.sum(tf.mul(wanted, values), 3),
          map: addRows(scaledRows(wanted, share), at, rows.shape[0] as number),
        };
      });
      const alongCorners = (key: 'weight' | 'down' | 'across') =>
        tf.addN(
          corners.map((corner, at) => tf.mul(part(corner[key], range), each[at]?.gain as Tensor)),
        );
      const modulated = (gain: Tensor) =>
        factors === null ? gain : tf.mul(gain, part(factors, range));
      return {
        map: tf.addN(each.map(({ map }) => map)),
        kernels: kernelsGradient(tf.addN(each.map(({ samples }) => samples)), flat, geometry),
        down: modulated(alongCorners('down')),
        across: modulated(alongCorners('across')),
        mask: alongCorners('weight'),
      };
    });
    const along = (key: 'kernels' | 'down' | 'across' | 'mask', axis: number) =>
      parts.length === 1
        ? (parts[0]?.[key] as Tensor)
        : tf.concat(
            parts.map((one) => one[key]),
            axis,
          );
    return {
      x: total(parts.map(({ map }) => map)).reshape(inputs.x.shape),
      offset: fromTaps(geometry, tf.stack([along('down', 1), along('across', 1)], 3)),
      weight: along('kernels', 0).reshape(inputs.weight.shape),
      mask: fromTaps(geometry, deeper(along('mask', 1))),
    };
  });
}

interface Prepared {
  readonly corners: readonly Corner[];
  /** [B * H * W * D, C / D] */
  readonly rows: Tensor;
  /** [T, I / groups, O] */
  readonly kernels: Tensor;
  /** [P, T, D]; null where nothing modulates the samples. */
  readonly factors: Tensor | null;
}

function preparedOf({ x, offset, weight, mask }: Inputs, geometry: Geometry): Prepared {
  const { kernel, channels, offsetGroups, groups, outputs } = geometry;
  const taps = kernel[0] * kernel[1];
  return {
    corners: cornersOf(geometry, offset),
    rows: x.reshape([-1, channels / offsetGroups]),
    kernels: weight.reshape([taps, channels / groups, outputs]),
    factors:
      mask === undefined ? null : toTaps(geometry, mask, 1).reshape([-1, taps, offsetGroups]),
  };
}

/** Some of the taps. */
interface Range {
  readonly first: number;
  readonly count: number;
}

/** Values of the samples at a time: 64 MiB. */
const largestPart = 2 ** 24;

function rangesOf({ pictures, to, kernel, channels }: Geometry): Range[] {
  const taps = kernel[0] * kernel[1];
  const each = pictures * to[0] * to[1] * channels;
  const most = Math.min(taps, Math.max(1, Math.floor(largestPart / each)));
  return Array.from({ length: Math.ceil(taps / most) }, (_, index) => ({
    first: index * most,
    count: Math.min(most, taps - index * most),
  }));
}

/** The taps of a range along an axis. */
function part(x: Tensor, { first, count }: Range, axis = 1): Tensor {
  if (x.shape[axis] === count) return x;
  const start = x.shape.map((_, at) => (at === axis ? first : 0));
  return tf.slice(
    x,
    start,
    x.shape.map((side, at) => (at === axis ? count : side)),
  );
}

/** The same of a corner's rows, to take them by. */
const placesOf = (index: Tensor, range: Range): Tensor => tf.cast(part(index, range), 'int32');

const total = (sums: readonly Tensor[]): Tensor =>
  sums.length === 1 ? (sums[0] as Tensor) : tf.addN([...sums]);

const deeper = (x: Tensor): Tensor => x.reshape([...x.shape, 1]);

function shareOf(weight: Tensor, factors: Tensor | null, range: Range): Tensor {
  const own = part(weight, range);
  return factors === null ? own : tf.mul(own, part(factors, range));
}

/** [P, T, D, n] times [P, T, D]. */
const scaledRows = (rows: Tensor, factor: Tensor): Tensor => tf.mul(rows, deeper(factor));

/** Rows [N, n] at `indices` of any shape: [...indices, n]. */
const takeRowsAt = (rows: Tensor, indices: Tensor): Tensor =>
  executeOne(
    'GatherV2',
    [
      attribute.type('Tparams'),
      attribute.type('Tindices', 'int32'),
      attribute.type('Taxis', 'int32'),
    ],
    [rows, indices, tf.scalar(0, 'int32')],
  );

/*
 * Products with the kernels. With groups they are one product per group, for which the groups come
 * to the front.
 */

/** Samples [P, T, D, C / D] times kernels [T, C / groups, O]: [P, O]. */
function timesKernels(samples: Tensor, kernels: Tensor, geometry: Geometry): Tensor {
  const { outputs } = geometry;
  const y = product(samplesByGroup(samples, geometry), kernelsByGroup(kernels, geometry));
  return tf.transpose(y, [1, 0, 2]).reshape([-1, outputs]);
}

/** What the loss gains with each sample, [P, T, D, C / D], from what it gains with [P, O]. */
function backThroughKernels(
  dy: Tensor,
  kernels: Tensor,
  geometry: Geometry,
  { count }: Range,
): Tensor {
  const { groups, channels, offsetGroups } = geometry;
  const each = channels / groups;
  const made = product(outputsByGroup(dy, geometry), kernelsByGroup(kernels, geometry), {
    transposeB: true,
  });
  const ordered = tf.transpose(made.reshape([groups, -1, count, each]), [1, 2, 0, 3]);
  return ordered.reshape([-1, count, offsetGroups, channels / offsetGroups]);
}

/** [T, C / groups, O] */
function kernelsGradient(samples: Tensor, dy: Tensor, geometry: Geometry): Tensor {
  const { groups, channels, outputs } = geometry;
  const made = product(samplesByGroup(samples, geometry), outputsByGroup(dy, geometry), {
    transposeA: true,
  });
  const each = channels / groups;
  const ordered = tf.transpose(made.reshape([groups, -1, each, outputs / groups]), [1, 2, 0, 3]);
  return ordered.reshape([-1, each, outputs]);
}

/** [groups, P, T * C / groups] */
function samplesByGroup(samples: Tensor, { groups, channels }: Geometry): Tensor {
  const [positions, taps] = samples.shape as [number, number];
  const each = channels / groups;
  return tf
    .transpose(samples.reshape([positions, taps, groups, each]), [2, 0, 1, 3])
    .reshape([groups, positions, taps * each]);
}

/** [groups, T * C / groups, O / groups] */
function kernelsByGroup(kernels: Tensor, { groups, outputs }: Geometry): Tensor {
  const [taps, each] = kernels.shape as [number, number];
  return tf
    .transpose(kernels.reshape([taps, each, groups, outputs / groups]), [2, 0, 1, 3])
    .reshape([groups, taps * each, outputs / groups]);
}

/** [groups, P, O / groups] */
const outputsByGroup = (y: Tensor, { groups, outputs }: Geometry): Tensor =>
  tf.transpose(y.reshape([-1, groups, outputs / groups]), [1, 0, 2]);

function product(
  a: Tensor,
  b: Tensor,
  {
    transposeA = false,
    transposeB = false,
  }: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {},
): Tensor {
  return executeOne(
    'BatchMatMulV2',
    [attribute.type('T'), attribute.flag('adj_x', transposeA), attribute.flag('adj_y', transposeB)],
    [a, b],
  );
}
