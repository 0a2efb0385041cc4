export interface Spread {
  readonly n: number;
  readonly min: number;
  /** Median absolute deviation. */
  readonly mad: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return ((low as number) + (high as number)) / 2;
}

export function spread(values: readonly number[]): Spread {
  const centre = median(values);
  return {
    n: values.length,
    min: Math.min(...values),
    mad: median(values.map((value) => Math.abs(value - centre))),
  };
}
