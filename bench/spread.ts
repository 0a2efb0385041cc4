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

/**
 * Ends of the 95 % interval of a ratio of two medians, in which deviations are taken for those of a
 * normal distribution: its standard deviation is 1.4826 times its median absolute deviation, and a
 * median's standard error 1.2533 times that of a mean.
 */
export function ratioInterval(
  above: Pick<Spread, 'n' | 'mad'> & { readonly median: number },
  below: Pick<Spread, 'n' | 'mad'> & { readonly median: number },
): readonly [low: number, high: number] {
  const relative = ({ n, mad, median: centre }: typeof above) =>
    (1.2533 * 1.4826 * mad) / Math.sqrt(n) / centre;
  const ratio = above.median / below.median;
  const reach = 1.96 * Math.hypot(relative(above), relative(below));
  return [ratio * (1 - reach), ratio * (1 + reach)];
}
