import type { RandomStream } from '../../../common/random.ts';
import type { PhotometricRecipe } from '../../../contract/spec.ts';
import { hsvToRgb, rgbToHsv } from './hsv.ts';
import type { Raster } from './resize.ts';

/*
 * The photometric distortion with which segmentation is trained.
 *
 * Official file: mmsegmentation 1.2.2 mmseg/datasets/transforms/transforms.py,
 * `PhotoMetricDistortion`, which works on bytes: every operation cuts its result off to a byte
 * before the next.
 */

/**
 * An RGB picture with its brightness, contrast, saturation and hue changed, each with probability
 * one half, in this order; or with the contrast before saturation and hue, with probability one
 * half. A change that is not made draws no further number.
 */
export function distorted(
  picture: Raster,
  { brightness, contrast, saturation, hue }: PhotometricRecipe,
  stream: RandomStream,
): Raster {
  const heads = () => stream.below(2) === 1;
  const between = (low: number, high: number) => low + (high - low) * stream.uniform();
  let { pixels } = picture;
  const changeContrast = () => {
    if (heads()) pixels = scaled(pixels, between(...contrast), 0);
  };
  if (heads()) pixels = scaled(pixels, 1, between(-brightness, brightness));
  const contrastFirst = heads();
  if (contrastFirst) changeContrast();
  if (heads()) pixels = saturated(pixels, between(...saturation));
  // numpy's randint leaves the upper end out, and so official hues turn from -18 to 17.
  if (heads() && hue > 0) pixels = turned(pixels, stream.below(2 * hue) - hue);
  if (!contrastFirst) changeContrast();
  return { ...picture, pixels };
}

/** Every byte times `factor` plus `offset` in float32, within 0 and 255, its fraction cut off. */
export function scaled(pixels: Uint8Array, factor: number, offset: number): Uint8Array {
  const table = scaleTable(factor, offset);
  return pixels.map((byte) => table[byte] as number);
}

/** The picture with its saturation times `factor`. */
export function saturated(pixels: Uint8Array, factor: number): Uint8Array {
  const table = scaleTable(factor, 0);
  const hsv = rgbToHsv(pixels);
  for (let at = 1; at < hsv.length; at += 3) hsv[at] = table[hsv[at] as number] as number;
  return hsvToRgb(hsv);
}

/** The picture with its hue turned by `steps` of two degrees. */
export function turned(pixels: Uint8Array, steps: number): Uint8Array {
  const hsv = rgbToHsv(pixels);
  for (let at = 0; at < hsv.length; at += 3) {
    hsv[at] = ((hsv[at] as number) + steps + 180) % 180;
  }
  return hsvToRgb(hsv);
}

const { fround } = Math;

function scaleTable(factor: number, offset: number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    const value = fround(fround(byte * fround(factor)) + fround(offset));
    return Math.trunc(Math.min(255, Math.max(0, value)));
  });
}
