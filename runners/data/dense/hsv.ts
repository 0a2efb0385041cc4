/*
 * Bytes of RGB as hue (0 to 179, half degrees), saturation and value (0 to 255), and back, equal to
 * OpenCV 4.8.1's `COLOR_RGB2HSV` and `COLOR_HSV2RGB` in every value, as its vector code has them
 * (rows of a whole number of registers; where that code ends, its scalar code rounds instead of
 * cutting off, which changes a value by 1 at most).
 */

const shift = 12;
const half = 1 << (shift - 1);
/**
 * Reciprocals in fixed point, of value and of the distance between the largest and the smallest
 * channel.
 */
const saturationOf = Int32Array.from({ length: 256 }, (_, value) => reciprocal(255, value));
const hueOf = Int32Array.from({ length: 256 }, (_, distance) => reciprocal(180 / 6, distance));

/** Rounded half to even, as OpenCV rounds; no quotient here is half-way. */
function reciprocal(range: number, of: number): number {
  return of === 0 ? 0 : Math.round((range * 2 ** shift) / of);
}

/** RGB pixels as HSV pixels, three bytes each. */
export function rgbToHsv(rgb: Uint8Array): Uint8Array {
  const hsv = new Uint8Array(rgb.length);
  for (let at = 0; at < rgb.length; at += 3) {
    const red = rgb[at] as number;
    const green = rgb[at + 1] as number;
    const blue = rgb[at + 2] as number;
    const value = Math.max(red, green, blue);
    const distance = value - Math.min(red, green, blue);
    const sixth =
      value === red
        ? green - blue
        : value === green
          ? blue - red + 2 * distance
          : red - green + 4 * distance;
    const hue = (sixth * (hueOf[distance] as number) + half) >> shift;
    hsv[at] = hue < 0 ? hue + 180 : hue;
    hsv[at + 1] = (distance * (saturationOf[value] as number) + half) >> shift;
    hsv[at + 2] = value;
  }
  return hsv;
}

const { fround } = Math;
/** Bytes as numbers in [0, 1], in float32. */
const unit = Float32Array.from({ length: 256 }, (_, byte) => byte * fround(1 / 255));
/** Sixth of the circle of every hue, and how far the hue is within it. */
const position = Float32Array.from({ length: 180 }, (_, hue) => hue * fround(6 / 180));
const sixthOf = Uint8Array.from(position, (value) => Math.trunc(value) % 6);
const within = Float32Array.from(position, (value) => value - Math.trunc(value));
/**
 * Which of value (0), the least channel (1), the falling (2) and the rising (3) one red, green and
 * blue are in every sixth of the circle.
 */
const channels = Uint8Array.of(0, 3, 1, 2, 0, 1, 1, 0, 3, 1, 2, 0, 3, 1, 0, 0, 1, 2);

/** HSV pixels as RGB pixels, three bytes each. Hues are below 180. */
export function hsvToRgb(hsv: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(hsv.length);
  const parts = new Uint8Array(4);
  const byte = (value: number) => Math.trunc(fround(value * 255));
  for (let at = 0; at < hsv.length; at += 3) {
    const hue = hsv[at] as number;
    const saturation = unit[hsv[at + 1] as number] as number;
    const value = unit[hsv[at + 2] as number] as number;
    const part = within[hue] as number;
    parts[0] = byte(value);
    parts[1] = byte(fround(value * fround(1 - saturation)));
    // One rounding for product and difference: OpenCV's vector code fuses them.
    parts[2] = byte(fround(value * fround(1 - saturation * part)));
    parts[3] = byte(fround(value * fround(1 - saturation * fround(1 - part))));
    const from = 3 * (sixthOf[hue] as number);
    rgb[at] = parts[channels[from] as number] as number;
    rgb[at + 1] = parts[channels[from + 1] as number] as number;
    rgb[at + 2] = parts[channels[from + 2] as number] as number;
  }
  return rgb;
}
