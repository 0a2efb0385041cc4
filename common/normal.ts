/**
 * Distribution function of the standard normal distribution, to about 1e-15 absolute and 1e-13
 * relative.
 *
 * Near the middle the power series of Kendall & Stuart, phi(x) (x + x^3/3 + x^5/15 + ...); in the
 * tails the continued fraction of Mills' ratio.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x > 3) return 1 - normalCdf(-x);
  const density = Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x < -3) return density * millsRatio(-x);
  let term = x;
  let sum = x;
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 + density * sum;
}

/** (1 - Phi(x)) / phi(x) for x > 3: 1/(x + 1/(x + 2/(x + 3/(x + ...)))). */
function millsRatio(x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  let denominator = x;
  for (let level = 200; level >= 1; level -= 1) denominator = x + level / denominator;
  return 1 / denominator;
}
