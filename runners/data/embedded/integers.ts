/**
 * Integer arithmetic for the picture generator. Everything here is exact 32-bit integer work, so
 * that the pictures are the same bytes on every machine and in every version of V8 (`Math.sin`,
 * `exp` and `pow` are not).
 */

/** First quarter of a sine wave in 64 steps, Q14 (16384 = 1): round(16384 sin(i pi / 128)). */
// biome-ignore format: a table
const quarterWave = Int32Array.of(
  0, 402, 804, 1205, 1606, 2006, 2404, 2801, 3196, 3590, 3981, 4370, 4756,
  5139, 5520, 5897, 6270, 6639, 7005, 7366, 7723, 8076, 8423, 8765, 9102, 9434,
  9760, 10080, 10394, 10702, 11003, 11297, 11585, 11866, 12140, 12406, 12665, 12916, 13160,
  13395, 13623, 13842, 14053, 14256, 14449, 14635, 14811, 14978, 15137, 15286, 15426, 15557,
  15679, 15791, 15893, 15986, 16069, 16143, 16207, 16261, 16305, 16340, 16364, 16379, 16384,
);

/** A whole turn in the unit of `sine` and `cosine`. */
export const turn = 256;

/** sin of an angle in 1/256 turns (any integer), Q14. */
export function sine(angle: number): number {
  const step = angle & 255;
  const quarter = step & 63;
  if (step < 64) return quarterWave[quarter] as number;
  if (step < 128) return quarterWave[64 - quarter] as number;
  if (step < 192) return -(quarterWave[quarter] as number);
  return -(quarterWave[64 - quarter] as number);
}

/** cos of an angle in 1/256 turns, Q14. */
export function cosine(angle: number): number {
  return sine(angle + 64);
}

/**
 * Quotient of two integers, rounded towards zero. Below 2^31 the quotient of doubles truncates to
 * the exact one.
 */
export function quotient(dividend: number, divisor: number): number {
  return (dividend / divisor) | 0;
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

/**
 * Direction of (x, y) in 1/4096 turns, 0 to 4095, for |x|, |y| < 2^20. Within an octant atan(t) is
 * taken as t (pi/4 + 0.273 (1 - t)), which errs by 0.2 degrees at most.
 */
export function direction(x: number, y: number): number {
  const across = x < 0 ? -x : x;
  const up = y < 0 ? -y : y;
  if (across === 0 && up === 0) return 0;
  const steep = up > across;
  const ratio = steep ? quotient(across << 10, up) : quotient(up << 10, across);
  const octant = (ratio * (512 + ((178 * (1024 - ratio)) >> 10))) >> 10;
  const quarter = steep ? 1024 - octant : octant;
  const half = x < 0 ? 2048 - quarter : quarter;
  return (y < 0 ? 4096 - half : half) & 4095;
}

/** Length of (x, y), at most 4 % off (the "alpha max plus beta min" estimate). */
export function roughLength(x: number, y: number): number {
  const across = x < 0 ? -x : x;
  const up = y < 0 ? -y : y;
  return across > up ? (across * 246 + up * 102) >> 8 : (up * 246 + across * 102) >> 8;
}

/**
 * A colour as 0xRRGGBB from hue (0 to 1535, six sectors of 256), saturation and value (0 to 255).
 */
export function hueColour(hue: number, saturation: number, value: number): number {
  const wrapped = ((hue % 1536) + 1536) % 1536;
  const sector = wrapped >> 8;
  const within = wrapped & 255;
  const low = (value * (255 - saturation) + 127) >> 8;
  const span = value - low;
  const rising = low + ((span * within) >> 8);
  const falling = value - ((span * within) >> 8);
  switch (sector) {
    case 0:
      return (value << 16) | (rising << 8) | low;
    case 1:
      return (falling << 16) | (value << 8) | low;
    case 2:
      return (low << 16) | (value << 8) | rising;
    case 3:
      return (low << 16) | (falling << 8) | value;
    case 4:
      return (rising << 16) | (low << 8) | value;
    default:
      return (value << 16) | (low << 8) | falling;
  }
}
