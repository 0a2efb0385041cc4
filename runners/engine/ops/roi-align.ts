import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { attribute, defineOp, executeOne } from './native.ts';
import { roundUp } from './round-up.ts';

export interface RoiAlignOptions {
  /** Positions of the result on each side. */
  readonly size: number;
  /** Cells of the map per pixel: one over its stride. */
  readonly scale: number;
  /**
   * Samples per position and axis; 0: as many as cells of the map that a position covers, rounded
   * up.
   */
  readonly samples: number;
  /** Moves regions by half a cell, so that the centre of a pixel stays where it is. */
  readonly aligned: boolean;
  /**
   * Cells that a region covers at most on an axis; default: the map's. Larger ones would lack
   * samples.
   */
  readonly reach?: number;
}

/**
 * RoIAlign (He et al. 2017, arXiv:1703.06870, section 3): means of bilinear samples in R regions of
 * every picture. Differentiable with respect to the map only, as the official one.
 *
 * Sampling is separable: a sample's weights are those of its row times those of its column, and so
 * are their means. So the result is one matrix product per axis with interpolation matrices [size,
 * H] and [size, W] of each region, exact for any number of samples, in fixed shapes. What lies
 * between the two products, [R, size, W, C], is the largest tensor: it is made for some regions at
 * a time, and made again for the gradient instead of being kept.
 *
 * Official code: mmcv 2.1.0 mmcv/ops/csrc/pytorch/cpu/roi_align.cpp.
 *
 * @param map [B, H, W, C]
 * @param regions [B, R, 4] x1, y1, x2, y2 in pixels; without gradient
 * @param weight [B, R] factor of each region, 0 for those that are on another map
 * @returns [B, R, size, size, C]
 */
export function roiAlign(
  map: Tensor4D,
  regions: Tensor3D,
  weight: Tensor2D,
  options: RoiAlignOptions,
): Tensor {
  const [, height, width] = map.shape;
  const [x1, y1, x2, y2] = tf.unstack(regions, 2) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
  const rows = axisWeights(y1, y2, height, options);
  const [pictures, count] = weight.shape;
  const weighted = tf.mul(rows, weight.reshape([pictures, count, 1, 1]));
  const columns = axisWeights(x1, x2, width, options);
  return alignOp({ map, rows: weighted, columns }, { size: options.size })[0] as Tensor;
}

/**
 * Mean weights of the cells of one axis for each position of each region, [B, R, size, cells].
 *
 * @param from, to [B, R] edges of the regions in pixels
 */
function axisWeights(
  from: Tensor2D,
  to: Tensor2D,
  cells: number,
  { size, scale, samples, aligned, reach = cells }: RoiAlignOptions,
): Tensor4D {
  const offset = aligned ? 0.5 : 0;
  const start = tf.sub(tf.mul(from, scale), offset);
  const length = tf.sub(tf.sub(tf.mul(to, scale), offset), start);
  const whole = aligned ? length : tf.maximum(length, 1);
  const bin = deeper(tf.div(whole, size));
  const grid = samples > 0 ? tf.fill(bin.shape, samples) : roundUp(bin);
  const places = tf.tensor1d(Float32Array.from({ length: size }, (_, place) => place));
  const base = tf.add(deeper(start), tf.mul(places, bin));
  const cell = tf.tensor1d(Float32Array.from({ length: cells }, (_, index) => index));
  const divisor = tf.maximum(grid, 1);
  const most = samples > 0 ? samples : Math.ceil(reach / size);
  const sums = Array.from({ length: most }, (_, sample) => {
    const at = tf.add(base, tf.div(tf.mul(bin, sample + 0.5), divisor));
    const counts = tf.logicalAnd(
      tf.less(tf.scalar(sample), grid),
      tf.logicalAnd(tf.greaterEqual(at, -1), tf.lessEqual(at, cells)),
    );
    const near = deeper(tf.clipByValue(at, 0, cells - 1));
    const hat = tf.relu(tf.sub(1, tf.abs(tf.sub(near, cell))));
    return tf.mul(hat, deeper(tf.cast(counts, 'float32')));
  });
  return tf.div(tf.addN(sums), deeper(divisor)) as Tensor4D;
}

/**
 * With one axis more at the end. (tf.js's `expandDims` leaves out an attribute that graphs need.)
 */
const deeper = (x: Tensor): Tensor => x.reshape([...x.shape, 1]);

/** Values of the tensor between the two products at a time: 128 MiB. */
const largestPart = 2 ** 25;

const alignOp = defineOp<'map' | 'rows' | 'columns', { readonly size: number }>('RoiAlign', {
  forward({ map, rows, columns }, { size }) {
    const [pictures, height, width, channels] = map.shape as [number, number, number, number];
    const flat = map.reshape([pictures, height, width * channels]);
    const parts = partsOf(map, rows, size).map(({ first, count }) => {
      const own = part(rows, first, count).reshape([pictures, count * size, height]);
      const between = product(own, flat).reshape([pictures, count, size, width, channels]);
      return product(
        part(columns, first, count).reshape([pictures, count, 1, size, width]),
        between,
      );
    });
    return [parts.length === 1 ? (parts[0] as Tensor) : tf.concat(parts, 1)];
  },
  saveInputs: ['map', 'rows', 'columns'],
  saveOutputs: [false],
  gradient: (dy, saved, { size }) => ({
    map() {
      const [map, rows, columns] = saved as [Tensor, Tensor, Tensor];
      const [pictures, height, width, channels] = map.shape as [number, number, number, number];
      const sums = partsOf(map, rows, size).map(({ first, count }) => {
        const across = part(columns, first, count).reshape([pictures, count, 1, size, width]);
        const between = product(across, part(dy, first, count), true);
        const down = part(rows, first, count).reshape([pictures, count * size, height]);
        return product(down, between.reshape([pictures, count * size, width * channels]), true);
      });
      return (sums.length === 1 ? (sums[0] as Tensor) : tf.addN(sums)).reshape(map.shape);
    },
    // Regions have no gradient: they are detached before.
    rows: () => tf.zerosLike(saved[1] as Tensor),
    columns: () => tf.zerosLike(saved[2] as Tensor),
  }),
});

function partsOf(map: Tensor, rows: Tensor, size: number): { first: number; count: number }[] {
  const [pictures, , width, channels] = map.shape as [number, number, number, number];
  const regions = rows.shape[1] as number;
  const most = Math.max(1, Math.floor(largestPart / (pictures * size * width * channels)));
  return Array.from({ length: Math.ceil(regions / most) }, (_, index) => ({
    first: index * most,
    count: Math.min(most, regions - index * most),
  }));
}

/** Regions `first` to `first + count` of x [B, R, ...]. */
function part(x: Tensor, first: number, count: number): Tensor {
  const [pictures, regions, ...rest] = x.shape as [number, number, ...number[]];
  if (count === regions) return x;
  return tf.slice(x, [0, first, ...rest.map(() => 0)], [pictures, count, ...rest]);
}

/** Matrix products over the leading axes, which are repeated where one has 1. */
function product(a: Tensor, b: Tensor, transposeA = false): Tensor {
  return executeOne(
    'BatchMatMulV2',
    [attribute.type('T'), attribute.flag('adj_x', transposeA), attribute.flag('adj_y', false)],
    [a, b],
  );
}
