/** Bits of a weight, `INTER_RESIZE_COEF_BITS`. */
const weightBits = 11;

/** For every target position the two source positions and their weights. */
export interface Taps {
  readonly near: Int32Array;
  readonly far: Int32Array;
  readonly nearWeight: Int32Array;
  readonly farWeight: Int32Array;
}

/**
 * @param atEdge what happens half a pixel beyond the edge: the edge alone counts (`whole`, as
 *   OpenCV does sideways), or it counts twice with both weights (`twice`, as it does downwards;
 *   each is rounded down, so a byte may be one less)
 */
export function tapsOf(from: number, to: number, atEdge: 'whole' | 'twice'): Taps {
  const [near, far] = [new Int32Array(to), new Int32Array(to)];
  const [nearWeight, farWeight] = [new Int32Array(to), new Int32Array(to)];
  const scale = from / to;
  for (let index = 0; index < to; index += 1) {
    const centre = Math.fround((index + 0.5) * scale - 0.5);
    const place = Math.floor(centre);
    const outside = place < 0 || place >= from - 1;
    const share = outside && atEdge === 'whole' ? 0 : Math.fround(centre - place);
    near[index] = Math.max(0, Math.min(place, from - 1));
    far[index] = Math.max(0, Math.min(place + 1, from - 1));
    nearWeight[index] = roundHalfEven(Math.fround(Math.fround(1 - share) * (1 << weightBits)));
    farWeight[index] = roundHalfEven(Math.fround(share * (1 << weightBits)));
  }
  return { near, far, nearWeight, farWeight };
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
