import sharp from 'sharp';
import { longestSampleSide, type SamplePicture } from '../../contract/evaluation-artefact.ts';
import { readPicture } from '../data/dense/check-split.ts';
import { resizeBilinear } from '../data/dense/resize.ts';
import type { DenseSplit } from '../data/dense/types.ts';

/**
 * A picture as an evaluation's artefact shows it, and the factor by which it is smaller than the
 * original.
 */
export interface StoredPicture {
  readonly width: number;
  readonly height: number;
  readonly factor: number;
  readonly picture: SamplePicture;
}

/** Pictures up to this many pixels are stored as they are; larger ones as photographs. */
const smallArea = 128 * 128;

/**
 * A picture of a split, at most 640 pixels on a side: PNG where it is small, JPEG where it is
 * large.
 */
export async function samplePicture(split: DenseSplit, index: number): Promise<StoredPicture> {
  const whole = await readPicture(split, index);
  const factor = Math.min(1, longestSampleSide / Math.max(whole.width, whole.height));
  const side = (length: number) => Math.max(1, Math.round(length * factor));
  const shown = factor === 1 ? whole : resizeBilinear(whole, side(whole.height), side(whole.width));
  const { width, height } = shown;
  const image = sharp(shown.pixels, { raw: { width, height, channels: 3 } });
  const small = width * height <= smallArea;
  const bytes = await (small ? image.png() : image.jpeg({ quality: 85 })).toBuffer();
  return {
    width,
    height,
    factor,
    picture: {
      mediaType: small ? 'image/png' : 'image/jpeg',
      base64: bytes.toString('base64'),
    },
  };
}
