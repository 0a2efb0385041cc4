import { type Spread, sample } from './sample.ts';
import { regularizedBeta, regularizedGammaUpper } from './special.ts';

/** A cell that scatters more than the others of its table at this level is not pooled with them. */
export const poolingLevel = 0.1;

/** Bartlett's test that the cells of a table scatter alike. */
export interface Homogeneity {
  /** Cells with at least two seeds. */
  readonly cells: number;
  /** Chi-squared with `cells` - 1 degrees of freedom where they do. */
  readonly statistic: number;
  readonly p: number;
}

/**
 * Bartlett (1937): whether all cells have one variance. Null where fewer than two cells have two
 * seeds. Cells whose seeds agree to the last digit are left out: they have no scatter that could be
 * compared.
 */
export function bartlett(cells: readonly (readonly number[])[]): Homogeneity | null {
  const samples = cells
    .filter((values) => values.length >= 2)
    .map((values) => ({ df: values.length - 1, variance: (sample(values).sd as number) ** 2 }))
    .filter(({ variance }) => variance > 0);
  if (samples.length < 2) return null;
  const df = samples.reduce((sum, each) => sum + each.df, 0);
  const pooled = samples.reduce((sum, each) => sum + each.df * each.variance, 0) / df;
  const logs = samples.reduce((sum, each) => sum + each.df * Math.log(each.variance), 0);
  const parts = samples.reduce((sum, each) => sum + 1 / each.df, 0);
  const correction = 1 + (parts - 1 / df) / (3 * (samples.length - 1));
  const statistic = (df * Math.log(pooled) - logs) / correction;
  return {
    cells: samples.length,
    statistic,
    p: regularizedGammaUpper((samples.length - 1) / 2, statistic / 2),
  };
}

/** P(F > x) for F with (`first`, `second`) degrees of freedom. */
export function fUpperTail(x: number, first: number, second: number): number {
  if (x <= 0) return 1;
  return regularizedBeta(second / (second + first * x), second / 2, first / 2);
}

/**
 * P-value of "this cell scatters no more than the others of its table", against that it scatters
 * more (F test of two variances). One-sided: a cell that scatters less is safe in the pool, since
 * its interval is then too wide.
 *
 * @param pooled over all cells of the table, this one included; `own` of this cell alone, with
 *   fewer degrees of freedom.
 */
export function scattersMore(own: Spread, pooled: Spread): number {
  const df = pooled.df - own.df;
  const others = Math.max(0, pooled.sd ** 2 * pooled.df - own.sd ** 2 * own.df) / df;
  if (own.sd === 0) return 1;
  return others === 0 ? 0 : fUpperTail(own.sd ** 2 / others, own.df, df);
}
