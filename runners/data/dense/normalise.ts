import type { Normalisation } from '../types.ts';
import type { Raster } from './resize.ts';

/**
 * ImageNet's channel statistics on the scale 0 to 255, as the detectors' configs write them.
 *
 * Config: mmdetection 3.3.0 configs/_base_/models/retinanet_r50_fpn.py (`data_preprocessor`).
 */
export const pictureMean = [123.675, 116.28, 103.53] as const;
export const pictureStd = [58.395, 57.12, 57.375] as const;

/** The same as a `Normalisation` in [0, 1] units. */
export const imagenetNormalisation: Normalisation = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  source: 'mmdetection 3.3.0 configs/_base_/models/retinanet_r50_fpn.py, data_preprocessor',
};

/** What the loader normalises with. */
export interface ByteTable {
  /**
   * The value of every byte in every channel that the network sees, `(byte - mean) / std` in
   * float32. Index: `channel * 256 + byte`.
   */
  readonly values: Float32Array;
  /** Whether the network sees blue, green, red. */
  readonly reversed: boolean;
}

export function byteTable({
  mean,
  std,
  order = 'rgb',
}: Pick<Normalisation, 'mean' | 'std' | 'order'>): ByteTable {
  const table = new Float32Array(3 * 256);
  for (let channel = 0; channel < 3; channel += 1) {
    // Statistics are stated with few decimals; on the scale of bytes they are theirs again.
    const centre = Math.fround(Math.round((mean[channel] as number) * 255e8) / 1e8);
    const spread = Math.fround(Math.round((std[channel] as number) * 255e8) / 1e8);
    for (let byte = 0; byte < 256; byte += 1) {
      table[channel * 256 + byte] = Math.fround(byte - centre) / spread;
    }
  }
  return { values: table, reversed: order === 'bgr' };
}

/**
 * Writes an RGB picture into a larger one of `width` pixels a row, normalised, at its upper left
 * corner. What lies right of it and below stays as it is: 0 after normalisation, as the official
 * preprocessor pads.
 */
export function normaliseInto(
  picture: Raster,
  mirrored: boolean,
  { values, reversed }: ByteTable,
  target: Float32Array,
  width: number,
): void {
  const { pixels } = picture;
  const [first, last] = reversed ? [2, 0] : [0, 2];
  for (let y = 0; y < picture.height; y += 1) {
    let to = y * width * 3;
    for (let x = 0; x < picture.width; x += 1) {
      const column = mirrored ? picture.width - 1 - x : x;
      const from = (y * picture.width + column) * 3;
      target[to] = values[pixels[from + first] as number] as number;
      target[to + 1] = values[256 + (pixels[from + 1] as number)] as number;
      target[to + 2] = values[512 + (pixels[from + last] as number)] as number;
      to += 3;
    }
  }
}
