import type { Normalisation } from '../types.ts';
import type { Raster } from './resize.ts';

/** ImageNet's channel statistics, as the detectors' configs write them on the scale 0 to 255. */
export const imagenetNormalisation: Normalisation = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  source: 'mmdetection 3.3.0 configs/_base_/models/retinanet_r50_fpn.py, data_preprocessor',
};

/**
 * Means and standard deviations of the channels on the scale of bytes, in single precision.
 * Statistics are stated with few decimals; on this scale they are theirs again.
 */
export function byteStatistics({ mean, std }: Pick<Normalisation, 'mean' | 'std'>) {
  const onBytes = (values: readonly number[]) =>
    Array.from(values, (value) => Math.fround(Math.round(value * 255e8) / 1e8));
  return { centres: onBytes(mean), spreads: onBytes(std) };
}

/**
 * Writes an RGB picture into a larger one of `width` pixels a row, at its upper left corner.
 *
 * @param order in which the network sees the channels
 */
export function placeInto(
  { pixels, height, width: columns }: Raster,
  order: NonNullable<Normalisation['order']>,
  target: Uint8Array,
  width: number,
): void {
  for (let y = 0; y < height; y += 1) {
    const row = pixels.subarray(y * columns * 3, (y + 1) * columns * 3);
    target.set(row, y * width * 3);
    if (order === 'bgr') exchange(target.subarray(y * width * 3, (y * width + columns) * 3));
  }
}

/** Exchanges the first and the last channel of every pixel. */
function exchange(row: Uint8Array): void {
  for (let at = 0; at < row.length; at += 3) {
    const first = row[at] as number;
    row[at] = row[at + 2] as number;
    row[at + 2] = first;
  }
}
