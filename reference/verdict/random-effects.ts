import { confidence } from './interval.ts';
import { studentTQuantile } from './student-t.ts';

/** An effect in one place with the variance of its estimate; 0 where none is known. */
export interface Effect {
  readonly value: number;
  readonly variance: number;
}

/** The summary of many places, for a place like them. */
export interface RandomEffects {
  readonly places: number;
  readonly mean: number;
  /** 90 % interval of the mean effect over places. */
  readonly low: number;
  readonly high: number;
  /** Standard deviation of the true effects between places. */
  readonly between: number;
}

/**
 * Random-effects summary: the variance between places by Paule & Mandel (1982), the interval by
 * Hartung & Knapp (2001) with Student's t of places - 1 degrees of freedom, never narrower than the
 * fixed-effect one. Null for fewer than two places.
 */
export function randomEffects(effects: readonly Effect[]): RandomEffects | null {
  const places = effects.length;
  if (places < 2) return null;
  const between = betweenVariance(effects);
  const { mean, weight, heterogeneity } = weighted(effects, between);
  // Where all effects are exact and equal there is nothing to weigh.
  const error =
    weight === Infinity ? 0 : Math.sqrt(Math.max(1, heterogeneity / (places - 1)) / weight);
  const half = studentTQuantile((1 + confidence) / 2, places - 1) * error;
  return { places, mean, low: mean - half, high: mean + half, between: Math.sqrt(between) };
}

/**
 * The variance between places with which the weighted squares are as large as they should be; 0
 * where they are smaller.
 */
function betweenVariance(effects: readonly Effect[]): number {
  const excess = (between: number) =>
    weighted(effects, between).heterogeneity - (effects.length - 1);
  const values = effects.map(({ value }) => value);
  const range = Math.max(...values) - Math.min(...values);
  if (range === 0) return 0;
  // Exact effects without any variance between them would have infinite weights.
  const least = Math.min(...effects.map(({ variance }) => variance)) > 0 ? 0 : 1e-12 * range ** 2;
  if (excess(least) <= 0) return 0;
  let low = least;
  let high = range ** 2;
  while (excess(high) > 0) high *= 2;
  for (let step = 0; step < 100; step += 1) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function weighted(effects: readonly Effect[], between: number) {
  const exact = effects.every(({ variance }) => variance + between === 0);
  const weights = effects.map(({ variance }) => (exact ? 1 : 1 / (variance + between)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const mean =
    effects.reduce((total, { value }, index) => total + (weights[index] as number) * value, 0) /
    sum;
  const heterogeneity = effects.reduce(
    (total, { value }, index) => total + (weights[index] as number) * (value - mean) ** 2,
    0,
  );
  return { mean, weight: exact ? Infinity : sum, heterogeneity };
}
