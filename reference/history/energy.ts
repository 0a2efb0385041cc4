/** Where a stretch of a series falls apart best, and how well. */
export interface Split {
  /** Index of the first value after the change. */
  readonly at: number;
  /**
   * The scaled energy distance between the two sides, in the values' unit; never negative where
   * there is a split.
   */
  readonly statistic: number;
}

/**
 * The split of E-divisive (Matteson & James 2014, "A nonparametric approach for multiple change
 * point analysis of multivariate data", JASA 109, equations 5 and 7, with alpha = 1 and both sides
 * taken whole): the place that maximizes
 *
 *     Q(X, Y) = nm / (n + m) (2 mean|x - y| - mean|x - x'| - mean|y - y'|)
 *
 * over the values from index `from` up to, but without, `to`. It needs no assumption about the
 * distribution. The sums are carried on from one place to the next, so that a stretch of n values
 * costs n^2 differences.
 *
 * @param least values that either side must have, at least 2: a single value has no distance within
 *   itself.
 * @returns null where the stretch is too short, or all values are equal; of equal maxima the
 *   earliest.
 */
export function bestSplit(
  values: readonly number[],
  from: number,
  to: number,
  least: number,
): Split | null {
  let left = 0;
  let right = sumWithin(values, from, to);
  let between = 0;
  let best: Split | null = null;
  // Sums that differ by rounding alone are no evidence of a change.
  const floor = 1e-9 * right;
  for (let at = from + 1; at <= to - least; at += 1) {
    const moved = values[at - 1] as number;
    const toLeft = sumTo(values, from, at - 1, moved);
    const toRight = sumTo(values, at, to, moved);
    left += toLeft;
    right -= toRight;
    between += toRight - toLeft;
    const n = at - from;
    const m = to - at;
    if (n < least) continue;
    const distance =
      (2 * between) / (n * m) - (2 * left) / (n * (n - 1)) - (2 * right) / (m * (m - 1));
    const statistic = ((n * m) / (n + m)) * distance;
    if (statistic > floor && statistic > (best?.statistic ?? 0)) best = { at, statistic };
  }
  return best;
}

function sumWithin(values: readonly number[], from: number, to: number): number {
  let sum = 0;
  for (let index = from + 1; index < to; index += 1) {
    sum += sumTo(values, from, index, values[index] as number);
  }
  return sum;
}

/** Sum of the distances of `value` to the values of a stretch. */
function sumTo(values: readonly number[], from: number, to: number, value: number): number {
  let sum = 0;
  for (let index = from; index < to; index += 1) sum += Math.abs((values[index] as number) - value);
  return sum;
}
