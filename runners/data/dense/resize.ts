import { mirrored } from '../augment/picture.ts';
import { resizedRgb } from './resize-rgb.ts';
import { type Taps, tapsOf } from './taps.ts';

/** Pixels in rows: `height * width * channels` bytes. */
export interface Raster {
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Bilinear resize of bytes as OpenCV's `cv2.resize` does it by default: half-pixel centres, no
 * antialiasing, weights of 11 bits. Exact halves are the mean of four pixels, for which OpenCV
 * switches to area averaging. Three channels are resized by a kernel, to the same bytes.
 *
 * Official code: opencv 4.8.1 modules/imgproc/src/resize.cpp (called by mmcv 2.1.0 `imresize`).
 */
export function resizeBilinear(source: Raster, height: number, width: number): Raster {
  return withResized(source, height, width, false, (picture) =>
    picture === source ? source : { ...picture, pixels: picture.pixels.slice() },
  );
}

/**
 * The same without a copy of it.
 *
 * @param isMirrored left to right, after the resize; a picture of three channels only
 * @param use gets the resized picture, whose pixels hold until it returns; it resizes no other
 */
export function withResized<T>(
  source: Raster,
  height: number,
  width: number,
  isMirrored: boolean,
  use: (picture: Raster) => T,
): T {
  const turned = (picture: Raster) => use(isMirrored ? mirrored(picture) : picture);
  const { channels } = source;
  if (height === source.height && width === source.width) return turned(source);
  if (source.height === 2 * height && source.width === 2 * width) return turned(halved(source));
  const across = tapsOf(source.width, width, 'whole');
  const down = tapsOf(source.height, height, 'twice');
  if (channels === 3) {
    return resizedRgb(source, across, down, isMirrored, (pixels) =>
      use({ pixels, height, width, channels }),
    );
  }
  return turned(resizedSlowly(source, across, down));
}

/** As the kernel does it, for any number of channels. */
export function resizedSlowly(source: Raster, across: Taps, down: Taps): Raster {
  const { channels } = source;
  const [height, width] = [down.near.length, across.near.length];
  const rowLength = width * channels;
  const pixels = new Uint8Array(height * rowLength);
  // Rows stretched sideways, kept while the next target row needs them again.
  const kept = [
    { index: -1, values: new Int32Array(rowLength) },
    { index: -1, values: new Int32Array(rowLength) },
  ];
  const stretched = (index: number, avoid: number): Int32Array => {
    const found = kept.find((row) => row.index === index);
    if (found !== undefined) return found.values;
    const [first, second] = kept as [(typeof kept)[0], (typeof kept)[0]];
    const free = first.index === avoid ? second : first;
    free.index = index;
    stretchRow(source, index, across, free.values);
    return free.values;
  };
  for (let y = 0; y < height; y += 1) {
    const near = down.near[y] as number;
    const far = down.far[y] as number;
    const upper = stretched(near, far);
    const lower = stretched(far, near);
    const upperWeight = down.nearWeight[y] as number;
    const lowerWeight = down.farWeight[y] as number;
    for (let at = 0; at < rowLength; at += 1) {
      const above = (upperWeight * ((upper[at] as number) >> 4)) >> 16;
      const below = (lowerWeight * ((lower[at] as number) >> 4)) >> 16;
      pixels[y * rowLength + at] = (above + below + 2) >> 2;
    }
  }
  return { pixels, height, width, channels };
}

function stretchRow(
  { pixels, width, channels }: Raster,
  row: number,
  { near, far, nearWeight, farWeight }: Taps,
  values: Int32Array,
): void {
  const start = row * width * channels;
  let at = 0;
  for (let x = 0; x < near.length; x += 1) {
    const left = start + (near[x] as number) * channels;
    const right = start + (far[x] as number) * channels;
    const leftWeight = nearWeight[x] as number;
    const rightWeight = farWeight[x] as number;
    for (let channel = 0; channel < channels; channel += 1, at += 1) {
      values[at] =
        (pixels[left + channel] as number) * leftWeight +
        (pixels[right + channel] as number) * rightWeight;
    }
  }
}

function halved({ pixels, height, width, channels }: Raster): Raster {
  const half = { height: height / 2, width: width / 2 };
  const mean = new Uint8Array(half.height * half.width * channels);
  const row = width * channels;
  let to = 0;
  for (let y = 0; y < half.height; y += 1) {
    for (let x = 0; x < half.width; x += 1) {
      for (let channel = 0; channel < channels; channel += 1, to += 1) {
        const at = 2 * y * row + 2 * x * channels + channel;
        const top = (pixels[at] as number) + (pixels[at + channels] as number);
        const bottom = (pixels[at + row] as number) + (pixels[at + row + channels] as number);
        mean[to] = (top + bottom + 2) >> 2;
      }
    }
  }
  return { pixels: mean, ...half, channels };
}

/**
 * Nearest-neighbour resize of label maps and masks as `cv2.INTER_NEAREST`: the source position is
 * the target's times the scale, rounded down.
 */
export function resizeNearest(source: Raster, height: number, width: number): Raster {
  const { channels } = source;
  if (height === source.height && width === source.width) return source;
  const pixels = new Uint8Array(height * width * channels);
  const columns = positions(source.width, width);
  const rows = positions(source.height, height);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = (row * source.width + column) * channels;
      for (let channel = 0; channel < channels; channel += 1, to += 1) {
        pixels[to] = source.pixels[from + channel] as number;
      }
    }
  }
  return { pixels, height, width, channels };
}

function positions(from: number, to: number): Int32Array {
  const scale = from / to;
  return Int32Array.from({ length: to }, (_, index) =>
    Math.min(Math.floor(index * scale), from - 1),
  );
}
