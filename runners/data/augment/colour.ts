import { histogram, mapped, type Picture, sameForAll } from './picture.ts';

/**
 * Colour operations on byte pictures, equal to Pillow's `ImageOps` and `ImageEnhance` in every byte
 * (reference/golden/augment/strong.json, timm.json). The enhancements move a picture from a plainer
 * one towards itself: 0 is the plainer picture, 1 the picture.
 */

/**
 * Stretches every channel to 0 to 255 (`ImageOps.autocontrast`). A channel of one value stays as it
 * is.
 */
export function autoContrast(picture: Picture): Picture {
  const table = new Uint8Array(3 * 256);
  for (let channel = 0; channel < 3; channel += 1) {
    const counts = histogram(picture, channel);
    const low = counts.findIndex((count) => count > 0);
    const high = counts.findLastIndex((count) => count > 0);
    const scale = 255 / (high - low);
    const offset = -low * scale;
    for (let byte = 0; byte < 256; byte += 1) {
      const stretched = high <= low ? byte : Math.trunc(byte * scale + offset);
      table[channel * 256 + byte] = Math.min(255, Math.max(0, stretched));
    }
  }
  return mapped(picture, table);
}

/** Makes the bytes of every channel about equally frequent (`ImageOps.equalize`). */
export function equalize(picture: Picture): Picture {
  const table = sameForAll((byte) => byte);
  for (let channel = 0; channel < 3; channel += 1) {
    const counts = histogram(picture, channel);
    const last = counts[counts.findLastIndex((count) => count > 0)] as number;
    const pixels = picture.height * picture.width;
    const step = Math.floor((pixels - last) / 255);
    if (step === 0) continue;
    let sum = Math.floor(step / 2);
    for (let byte = 0; byte < 256; byte += 1) {
      table[channel * 256 + byte] = Math.min(255, Math.floor(sum / step));
      sum += counts[byte] as number;
    }
  }
  return mapped(picture, table);
}

/** Keeps the `bits` highest bits of every byte; a fraction is cut off, 1 is the least. */
export function posterize(picture: Picture, bits: number): Picture {
  const mask = 0xff & ~(2 ** (8 - Math.max(1, Math.trunc(bits))) - 1);
  return mapped(
    picture,
    sameForAll((byte) => byte & mask),
  );
}

/** Inverts the bytes from `threshold` on. */
export function solarize(picture: Picture, threshold: number): Picture {
  return mapped(
    picture,
    sameForAll((byte) => (byte < threshold ? byte : 255 - byte)),
  );
}

/** Every byte as far from white as it was from black. */
export function invert(picture: Picture): Picture {
  return mapped(
    picture,
    sameForAll((byte) => 255 - byte),
  );
}

/** Makes the bytes below 128 brighter by `more`, which is cut off to a whole number. */
export function solarizeAdd(picture: Picture, more: number): Picture {
  const sum = Math.trunc(more);
  return mapped(
    picture,
    sameForAll((byte) => (byte < 128 ? Math.min(255, byte + sum) : byte)),
  );
}

/** Towards black. */
export function brightness(picture: Picture, factor: number): Picture {
  return blended(picture, factor, () => 0);
}

/** Towards its own grey picture. */
export function colour(picture: Picture, factor: number): Picture {
  const grey = luminance(picture);
  return blended(picture, factor, (at) => grey[Math.floor(at / 3)] as number);
}

/** Towards the grey of its mean luminance. */
export function contrast(picture: Picture, factor: number): Picture {
  const grey = luminance(picture);
  const mean = Math.trunc(grey.reduce((sum, value) => sum + value, 0) / grey.length + 0.5);
  return blended(picture, factor, () => mean);
}

/**
 * Towards itself smoothed by the 3x3 kernel of ones with 5 in the middle; the outermost pixels are
 * not smoothed.
 */
export function sharpness(picture: Picture, factor: number): Picture {
  const { pixels, height, width } = picture;
  return blended(picture, factor, (at) => {
    const x = Math.floor(at / 3) % width;
    const y = Math.floor(at / 3 / width);
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) return pixels[at] as number;
    let sum = 4 * (pixels[at] as number);
    for (let row = -1; row <= 1; row += 1) {
      for (let column = -1; column <= 1; column += 1) {
        sum += pixels[at + 3 * (row * width + column)] as number;
      }
    }
    // Rounded; a sum is never half-way between two multiples of 13.
    return Math.floor((2 * sum + 13) / 26);
  });
}

/** ITU-R 601 luminance in 16-bit fixed point, rounded (Pillow's conversion to `L`). */
function luminance({ pixels }: Picture): Uint8Array {
  const grey = new Uint8Array(pixels.length / 3);
  for (let pixel = 0; pixel < grey.length; pixel += 1) {
    const red = pixels[3 * pixel] as number;
    const green = pixels[3 * pixel + 1] as number;
    const blue = pixels[3 * pixel + 2] as number;
    grey[pixel] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }
  return grey;
}

/**
 * `plain + factor * (picture - plain)` in single precision, cut off to a byte, as `Image.blend`
 * does; a factor above 1 leads away from the plainer picture.
 */
function blended(picture: Picture, factor: number, plain: (at: number) => number): Picture {
  const { pixels } = picture;
  const alpha = Math.fround(factor);
  const mixed = new Uint8Array(pixels.length);
  for (let at = 0; at < pixels.length; at += 1) {
    const from = plain(at);
    const value = Math.fround(from + Math.fround(alpha * ((pixels[at] as number) - from)));
    mixed[at] = value <= 0 ? 0 : value >= 255 ? 255 : value;
  }
  return { ...picture, pixels: mixed };
}
