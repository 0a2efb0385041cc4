import type { Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { addRows, bitsOf, roundUp, takeFromEach } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';

/**
 * What the mask branch should say of regions: each one's true mask, cut out and resized by RoIAlign
 * (as many samples as pixels, rounded up), then whether at least half of a cell is inside.
 *
 * Masks are held a bit per pixel and unpacked for some regions at a time: those of all boxes of a
 * batch would not fit into memory. RoIAlign is a matrix product per axis here, as in `roiAlign`.
 *
 * Official file: mmdetection 3.3.0 mmdet/structures/mask/structures.py,
 * `BitmapMasks.crop_and_resize`.
 *
 * @param masks [B, G, H, words] of `packedMasks`, in int32 or called float32
 * @param boxOf [B, P] place of each region's true box
 * @param regions [B, P, 4] in pixels
 * @param width of the pictures
 * @returns [B * P, size, size] 0 or 1
 */
export function maskTargets(
  masks: Tensor,
  boxOf: Tensor2D,
  regions: Tensor3D,
  width: number,
  size: number,
): Tensor {
  const [pictures, places, height, words] = masks.shape as [number, number, number, number];
  const [x1, y1, x2, y2] = tf.unstack(regions, 2).map((each) => each.reshape([-1])) as Four;
  const rows = sampleMeans(y1, y2, height, size);
  const columns = sampleMeans(x1, x2, width, size);
  const count = rows.shape[0] as number;
  const first = tf
    .tensor1d(Float32Array.from({ length: pictures }, (_, picture) => picture * places))
    .reshape([pictures, 1]);
  // In float32, as whatever a GPU is to compute.
  const which = tf.add(tf.cast(boxOf, 'float32'), first).reshape([1, count]);
  const flat = masks.reshape([1, pictures * places, height, words]);
  const most = Math.max(1, Math.floor(largestPart / (height * words * 32)));
  const parts = Array.from({ length: Math.ceil(count / most) }, (_, part) => {
    const [start, own] = [part * most, Math.min(most, count - part * most)];
    const some = (x: Tensor) =>
      tf.slice(x, [start, 0, 0], [own, ...(x.shape.slice(1) as [number, number])]) as Tensor3D;
    const chosen = tf.cast(tf.slice(which, [0, start], [1, own]), 'int32') as Tensor2D;
    const taken = takeFromEach(flat, chosen);
    const bits = bitsOf(taken.reshape([own, height, words]));
    const cut = tf.slice(bits, [0, 0, 0], [own, height, width]) as Tensor3D;
    return tf.matMul(tf.matMul(some(rows), cut), some(columns), false, true);
  });
  const means = parts.length === 1 ? (parts[0] as Tensor) : tf.concat(parts, 0);
  return tf.cast(tf.greaterEqual(means, leastInside), 'float32');
}

type Four = [Tensor1D, Tensor1D, Tensor1D, Tensor1D];

/** Pixels that are unpacked at a time: 64 MiB. */
const largestPart = 2 ** 24;

/**
 * Half, less what rounding does to a mean: a cell that is half inside counts, in whatever order its
 * sums are taken. True boxes have whole edges, and so such cells. Means are off by less than 2^-17.
 */
const leastInside = 0.5 - 2 ** -16;

/**
 * By how much the pixels of one axis count in the mean of each of `size` cells of regions, [N,
 * size, pixels].
 *
 * @param from, to [N] edges of the regions
 */
function sampleMeans(from: Tensor1D, to: Tensor1D, pixels: number, size: number): Tensor {
  const count = from.shape[0];
  const sampled = Math.ceil(pixels / size) + 1;
  const column = (x: Tensor) => x.reshape([count, 1, 1]);
  const start = tf.sub(from, 0.5);
  const bin = tf.div(tf.sub(tf.sub(to, 0.5), start), size);
  const grid = tf.maximum(roundUp(bin), 0);
  const cells = tf.range(0, size).reshape([1, size, 1]);
  const samples = tf.range(0, sampled).reshape([1, 1, sampled]);
  // Places are counted from the region's first pixel: far from the picture's first one, float32 has
  // few digits for what lies between two pixels.
  const origin = column(tf.floor(start));
  const base = tf.add(tf.sub(column(start), origin), tf.mul(cells, column(bin)));
  const step = tf.div(tf.mul(tf.add(samples, 0.5), column(bin)), column(tf.maximum(grid, 1)));
  const at = tf.add(base, step);
  const counts = tf.logicalAnd(
    tf.less(samples, column(grid)),
    tf.logicalAnd(
      tf.greaterEqual(at, tf.sub(-1, origin)),
      tf.lessEqual(at, tf.sub(pixels, origin)),
    ),
  );
  const share = tf.div(tf.cast(counts, 'float32'), column(tf.maximum(grid, 1)));
  const last = tf.sub(pixels - 1, origin);
  const near = tf.minimum(tf.maximum(at, tf.neg(origin)), last);
  const low = tf.minimum(tf.floor(near), last);
  const part = tf.sub(near, low);
  const high = tf.minimum(tf.add(low, 1), last);
  const [lower, upper] = [tf.mul(tf.sub(1, part), share), tf.mul(part, share)];
  // Places of all regions at once may be more than float32 has whole numbers.
  const most = Math.max(1, Math.floor(2 ** 24 / (size * pixels)));
  const parts = Array.from({ length: Math.ceil(count / most) }, (_, each) => {
    const [first, own] = [each * most, Math.min(most, count - each * most)];
    const some = (x: Tensor) =>
      tf.slice(x, [first, 0, 0], [own, ...(x.shape.slice(1) as [number, number])]);
    const rows = tf
      .tensor1d(Float32Array.from({ length: own * size }, (_, row) => row * pixels))
      .reshape([own, size, 1]);
    const both = (one: Tensor, other: Tensor) =>
      tf.concat([one, other].map((x) => x.reshape([-1])));
    const place = (x: Tensor) => tf.add(tf.add(some(x), some(origin)), rows);
    const places = tf.cast(both(place(low), place(high)), 'int32');
    const sums = addRows(both(some(lower), some(upper)), places, own * size * pixels);
    return sums.reshape([own, size, pixels]);
  });
  return parts.length === 1 ? (parts[0] as Tensor) : tf.concat(parts, 0);
}
