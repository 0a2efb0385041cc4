/** How pixels between pixels are made; both widen their reach where a picture becomes smaller. */
export type Filter = 'bilinear' | 'bicubic';

/** Bits after the point of a weight: what a 32-bit sum leaves beside a byte and a sign. */
const weightBits = 22;

interface Kernel {
  /** How far it reaches at most, in source pixels of an enlargement. */
  readonly support: number;
  weight(distance: number): number;
}

const kernels: Readonly<Record<Filter, Kernel>> = {
  bilinear: { support: 1, weight: (x) => (Math.abs(x) < 1 ? 1 - Math.abs(x) : 0) },
  bicubic: { support: 2, weight: (x) => cubic(Math.abs(x)) },
};

/** Keys' cubic convolution with a = -0.5. */
function cubic(x: number): number {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/** For every target position where its source pixels begin, and their weights. */
export interface Taps {
  /** In bytes. */
  readonly first: Int32Array;
  /** `length` for each target position; those that are not needed are 0. */
  readonly weights: Int32Array;
  readonly length: number;
}

/** Some of the target positions: `count` from `start` on. */
export interface Span {
  readonly start: number;
  readonly count: number;
}

/**
 * @param step bytes from a source position to the next
 * @param wanted of the target's positions, all by default
 */
export function tapsOf(
  from: number,
  to: number,
  filter: Filter,
  step: number,
  wanted: Span = { start: 0, count: to },
): Taps {
  const kernel = kernels[filter];
  const scale = from / to;
  const stretch = Math.max(scale, 1);
  const support = kernel.support * stretch;
  const narrowing = 1 / stretch;
  const bounds = Array.from({ length: wanted.count }, (_, target) => {
    const centre = (wanted.start + target + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    return { centre, first, count: Math.min(from, Math.trunc(centre + support + 0.5)) - first };
  });
  const length = bounds.reduce((largest, { count }) => Math.max(largest, count), 0);
  const taps: Taps = {
    first: new Int32Array(wanted.count),
    weights: new Int32Array(wanted.count * length),
    length,
  };
  const shares = new Float64Array(length);
  bounds.forEach(({ centre, first, count }, target) => {
    let sum = 0;
    for (let tap = 0; tap < count; tap += 1) {
      const share = kernel.weight((tap + first - centre + 0.5) * narrowing);
      shares[tap] = share;
      sum += share;
    }
    // All positions have equally many: where there are fewer, earlier ones get the weight 0.
    const earlier = Math.max(0, first + length - from);
    taps.first[target] = (first - earlier) * step;
    for (let tap = 0; tap < count; tap += 1) {
      const share = sum === 0 ? (shares[tap] as number) : (shares[tap] as number) / sum;
      const rounded = Math.trunc((share < 0 ? -0.5 : 0.5) + share * 2 ** weightBits);
      taps.weights[target * length + earlier + tap] = rounded;
    }
  });
  return taps;
}
