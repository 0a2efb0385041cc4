/**
 * The largest p-value that Benjamini and Hochberg's procedure (1995, JRSS B 57) rejects at false-discovery rate `rate`:
 * the largest p(i) with p(i) <= rate * i / m. Holds for independent and for positively dependent tests (Benjamini &
 * Yekutieli 2001), which cells that share a teacher are.
 *
 * @param pValues one per hypothesis, those without any evidence (p = 1) included.
 * @returns 0 where nothing is rejected: no p-value of a continuous statistic is that small, and one that is, is rejected.
 */
export function fdrCutoff(pValues: readonly number[], rate: number): number {
  const sorted = pValues.toSorted((one, other) => one - other);
  const last = sorted.findLastIndex((p, index) => p <= (rate * (index + 1)) / sorted.length);
  return last < 0 ? 0 : (sorted[last] as number);
}
