import type { Picture } from '../augment/picture.ts';

/** How pixels between pixels are made; both widen their reach where a picture becomes smaller. */
export type Filter = 'bilinear' | 'bicubic';

/** A part of a picture in whole pixels, within it. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const wholeOf = ({ width, height }: Picture): Region => ({ x: 0, y: 0, width, height });

/** Bits after the point of a weight: what a 32-bit sum leaves beside a byte and a sign. */
const weightBits = 22;
const half = 1 << (weightBits - 1);

interface Kernel {
  /** How far it reaches at most, in source pixels of an enlargement. */
  readonly support: number;
  weight(distance: number): number;
}

const kernels: Readonly<Record<Filter, Kernel>> = {
  bilinear: { support: 1, weight: (x) => (Math.abs(x) < 1 ? 1 - Math.abs(x) : 0) },
  bicubic: { support: 2, weight: (x) => cubic(Math.abs(x)) },
};

/** Keys' cubic convolution with a = -0.5. */
function cubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/** For every target position the first source position, how many there are, and their weights. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `most` for every target position, the unused ones 0. */
  readonly weights: Int32Array;
  readonly most: number;
}

/**
 * A part of a picture resized as Pillow does it by `Image.crop` and then `Image.resize`: sideways
 * first, then downwards, each with antialiasing, weights of 22 bits and bytes in between.
 * Equal to Pillow 9.5 to 12.2 in every byte (reference/golden/augment/views.json). Pillow 13
 * sometimes goes downwards first, which changes bytes; published numbers are older.
 *
 * Official code: python-pillow/Pillow@12.2.0:src/libImaging/Resample.c (ImagingResample).
 *
 * @param height of the result
 * @param width of the result
 */
export function resample(
  source: Picture,
  region: Region,
  height: number,
  width: number,
  filter: Filter,
): Picture {
  const across = region.width === width ? null : tapsOf(region.width, width, filter);
  const down = region.height === height ? null : tapsOf(region.height, height, filter);
  const stretched =
    across === null ? cropped(source, region) : stretchedAcross(source, region, across, width);
  return down === null ? stretched : stretchedDown(stretched, down, height);
}

/** A part of a picture as it is. */
export function cropped(source: Picture, region: Region): Picture {
  const { x, y, width, height } = region;
  const pixels = new Uint8Array(height * width * 3);
  for (let row = 0; row < height; row += 1) {
    const from = ((y + row) * source.width + x) * 3;
    pixels.set(source.pixels.subarray(from, from + width * 3), row * width * 3);
  }
  return { pixels, height, width };
}

function tapsOf(from: number, to: number, filter: Filter): Taps {
  const kernel = kernels[filter];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = kernel.support * stretch;
  const most = Math.ceil(support) * 2 + 1;
  const taps: Taps = {
    first: new Int32Array(to),
    count: new Int32Array(to),
    weights: new Int32Array(to * most),
    most,
  };
  const shares = new Float64Array(most);
  const narrowing = 1 / stretch;
  for (let target = 0; target < to; target += 1) {
    const centre = (target + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - first;
    let sum = 0;
    for (let tap = 0; tap < count; tap += 1) {
      const share = kernel.weight((tap + first - centre + 0.5) * narrowing);
      shares[tap] = share;
      sum += share;
    }
    for (let tap = 0; tap < count; tap += 1) {
      const share = sum === 0 ? (shares[tap] as number) : (shares[tap] as number) / sum;
      const rounding = share < 0 ? -0.5 : 0.5;
      taps.weights[target * most + tap] = Math.trunc(rounding + share * 2 ** weightBits);
    }
    taps.first[target] = first;
    taps.count[target] = count;
  }
  return taps;
}

function stretchedAcross(source: Picture, region: Region, taps: Taps, width: number): Picture {
  const { pixels: from } = source;
  const { first, count, weights, most } = taps;
  const pixels = new Uint8ClampedArray(region.height * width * 3);
  let to = 0;
  for (let row = 0; row < region.height; row += 1) {
    const start = ((region.y + row) * source.width + region.x) * 3;
    for (let x = 0; x < width; x += 1) {
      let red = half;
      let green = half;
      let blue = half;
      let at = start + (first[x] as number) * 3;
      const begin = x * most;
      const end = begin + (count[x] as number);
      for (let tap = begin; tap < end; tap += 1) {
        const weight = weights[tap] as number;
        red = (red + Math.imul(from[at] as number, weight)) | 0;
        green = (green + Math.imul(from[at + 1] as number, weight)) | 0;
        blue = (blue + Math.imul(from[at + 2] as number, weight)) | 0;
        at += 3;
      }
      pixels[to] = red >> weightBits;
      pixels[to + 1] = green >> weightBits;
      pixels[to + 2] = blue >> weightBits;
      to += 3;
    }
  }
  return { pixels: bytesOf(pixels), height: region.height, width };
}

function stretchedDown(source: Picture, taps: Taps, height: number): Picture {
  const { pixels: from, width } = source;
  const { first, count, weights, most } = taps;
  const rowLength = width * 3;
  const pixels = new Uint8ClampedArray(height * rowLength);
  for (let y = 0; y < height; y += 1) {
    const start = (first[y] as number) * rowLength;
    const begin = y * most;
    const end = begin + (count[y] as number);
    const to = y * rowLength;
    for (let x = 0; x < rowLength; x += 1) {
      let sum = half;
      let at = start + x;
      for (let tap = begin; tap < end; tap += 1) {
        sum = (sum + Math.imul(from[at] as number, weights[tap] as number)) | 0;
        at += rowLength;
      }
      pixels[to + x] = sum >> weightBits;
    }
  }
  return { pixels: bytesOf(pixels), height, width };
}

const bytesOf = ({ buffer }: Uint8ClampedArray) => new Uint8Array(buffer);
