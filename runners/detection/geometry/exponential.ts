/**
 * exp(x) with IEEE-exact operations only: `Math.exp` may differ between V8 versions by a unit in
 * the last place, which the order of two detections, and so an AP, could see. Error below 1e-15
 * relative.
 */
export function exactExp(value: number): number {
  if (Number.isNaN(value)) return value;
  if (value > 709) return Number.POSITIVE_INFINITY;
  if (value < -708) return 0;
  const exponent = Math.round(value / Math.LN2);
  // ln 2 in two parts: the first has trailing zeros, so that its product with the exponent is
  // exact.
  const rest = value - exponent * ln2High - exponent * ln2Low;
  // |rest| <= ln(2) / 2: 13 terms of the series reach double precision.
  let sum = 1;
  for (let term = 13; term >= 1; term -= 1) sum = 1 + (sum * rest) / term;
  return scaled(sum, exponent);
}

/** The logistic function of a logit, rounded to float32. */
export function sigmoid(logit: number): number {
  return Math.fround(1 / (1 + exactExp(-logit)));
}

const ln2High = 0.693145751953125;
const ln2Low = 1.4286068203094173e-6;

/** `value` times a power of two, exactly. */
function scaled(value: number, exponent: number): number {
  let result = value;
  for (let left = exponent; left > 0; left -= 1) result *= 2;
  for (let left = exponent; left < 0; left += 1) result /= 2;
  return result;
}
