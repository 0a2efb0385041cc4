/** A median of `n` values with their median absolute deviation. */
export interface MedianOfMany {
  readonly median: number;
  readonly n: number;
  readonly mad: number;
}

/**
 * Ends of the 95 % interval of a ratio of two medians, in which deviations are taken for those of a
 * normal distribution: its standard deviation is 1.4826 times its median absolute deviation, and a
 * median's standard error 1.2533 times that of a mean.
 */
export function ratioInterval(
  above: MedianOfMany,
  below: MedianOfMany,
): readonly [low: number, high: number] {
  const relative = ({ n, mad, median: centre }: typeof above) =>
    (1.2533 * 1.4826 * mad) / Math.sqrt(n) / centre;
  const ratio = above.median / below.median;
  const reach = 1.96 * Math.hypot(relative(above), relative(below));
  return [ratio * (1 - reach), ratio * (1 + reach)];
}
