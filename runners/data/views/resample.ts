import type { Picture } from '../augment/picture.ts';
import { type Rows, stretched } from './stretch.ts';
import { type Filter, tapsOf } from './taps.ts';

export type { Filter } from './taps.ts';

/** A part of a picture in whole pixels, within it. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const wholeOf = ({ width, height }: Pick<Picture, 'width' | 'height'>): Region => ({
  x: 0,
  y: 0,
  width,
  height,
});

/**
 * A part of a picture resized as Pillow does it by `Image.crop` and then `Image.resize`: sideways
 * first, then downwards, each with antialiasing, weights of 22 bits and bytes in between.
 * Equal to Pillow 9.5 to 12.2 in every byte (reference/golden/augment/views.json). Pillow 13
 * sometimes goes downwards first, which changes bytes; published numbers are older.
 *
 * Official code: python-pillow/Pillow@12.2.0:src/libImaging/Resample.c (ImagingResample).
 *
 * @param height of the whole result
 * @param width of the whole result
 * @param piece of the result that is made, all of it by default: of a very long picture the rest
 *   would fill the memory
 */
export function resample(
  source: Picture,
  region: Region,
  height: number,
  width: number,
  filter: Filter,
  piece: Region = { x: 0, y: 0, width, height },
): Picture {
  const columns = { start: piece.x, count: piece.width };
  const lines = { start: piece.y, count: piece.height };
  const across = region.width === width ? null : tapsOf(region.width, width, filter, 3, columns);
  const step = piece.width * 3;
  const down = region.height === height ? null : tapsOf(region.height, height, filter, step, lines);
  // A direction that keeps its size is cut before the other is resized.
  const kept = {
    x: region.x + (across === null ? piece.x : 0),
    y: region.y + (down === null ? piece.y : 0),
    width: across === null ? piece.width : region.width,
    height: down === null ? piece.height : region.height,
  };
  if (across === null && down === null) return cropped(source, kept);
  // Without a first pass the second one takes rows that lie one after the other.
  const rows = across === null ? rowsOf(cropped(source, kept)) : rowsOf(source, kept);
  return stretched(rows, { across, down }, piece.height, piece.width);
}

function rowsOf({ pixels, width }: Picture, region?: Region): Rows {
  const stride = width * 3;
  if (region === undefined) return { bytes: pixels, stride, count: pixels.length / stride };
  const start = region.y * stride + region.x * 3;
  const end = start + (region.height - 1) * stride + region.width * 3;
  return { bytes: pixels.subarray(start, end), stride, count: region.height };
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
