/**
 * False-discovery control over many tests: of the findings that stand, at most the stated share is
 * wrong in expectation.
 *
 * - `positive`: Benjamini & Hochberg (1995). Valid for independent tests and for positively
 *   dependent ones (Benjamini & Yekutieli 2001, theorem 1.2).
 * - `any`: Benjamini & Yekutieli (2001), theorem 1.3. Valid under every dependence, at the price of
 *   the factor 1 + 1/2 + ... + 1/m.
 */
export type Dependence = 'positive' | 'any';

/**
 * Adjusted p-values in the order given: a test is a finding at rate q where its adjusted p-value is
 * at most q.
 *
 * @throws RangeError for a p-value outside [0, 1].
 */
export function adjustedPValues(
  pValues: readonly number[],
  dependence: Dependence,
): readonly number[] {
  const bad = pValues.find((p) => !(p >= 0 && p <= 1));
  if (bad !== undefined) throw new RangeError(`adjustedPValues: ${bad} is not a probability`);
  const m = pValues.length;
  const factor = dependence === 'positive' ? 1 : harmonic(m);
  const descending = pValues
    .map((_, index) => index)
    .sort((a, b) => at(pValues, b) - at(pValues, a));
  const adjusted = new Array<number>(m).fill(1);
  let least = 1;
  descending.forEach((index, position) => {
    least = Math.min(least, (factor * m * at(pValues, index)) / (m - position));
    adjusted[index] = least;
  });
  return adjusted;
}

const at = (values: readonly number[], index: number): number => values[index] as number;

/** 1 + 1/2 + ... + 1/m. */
export function harmonic(m: number): number {
  let sum = 0;
  for (let k = 1; k <= m; k += 1) sum += 1 / k;
  return sum;
}
