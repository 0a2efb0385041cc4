import { poolingLevel, scattersMore } from './homogeneity.ts';
import {
  type Comparison,
  errorOfDifference,
  intervalWord,
  ownSpreadFrom,
  type PublishedErrorUsed,
  type UsedSpread,
} from './interval.ts';
import { type Spread, sample } from './sample.ts';
import { seedsToDecide } from './seeds.ts';

export interface ComparisonInput {
  /** One value per seed, in the metric's unit. */
  readonly measured: readonly number[];
  readonly published: number;
  /** Standard error of the published number where it is known, else 0. */
  readonly publishedError: number;
  /** Degrees of freedom of `publishedError`; Infinity where the number of runs is not stated. */
  readonly publishedDf: number;
  /**
   * Where the publication prints no scatter: the runs that it averages, which are taken to scatter
   * as ours do. Null or absent: its number is exact, or `publishedError` says how far it is not.
   */
  readonly imputedRuns?: number | null;
  /** Equivalence margin, in the metric's unit, positive. */
  readonly margin: number;
  /** Over all cells of the table, this one included (`pooledSpread`). */
  readonly pooled: Spread | null;
}

/**
 * Two one-sided tests (Schuirmann 1987) as an interval: `reproduced` where the 90 % interval of the
 * difference lies inside the margin, `below` / `above` where it lies wholly outside it, else
 * `inconclusive`. One seed has no word: how far its cell scatters cannot be known from other cells.
 *
 * @throws RangeError for no seeds, values that are not finite, or a margin that is not positive.
 */
export function compare(input: ComparisonInput): Comparison {
  const judged = judge(input);
  if (judged.word !== 'inconclusive') return { ...judged, moreSeeds: null };
  // A second seed is the least that shows any scatter.
  if (judged.spread === null) return { ...judged, moreSeeds: 1 };
  return { ...judged, moreSeeds: seedsToDecide(judged) };
}

/**
 * `compare` without the search for how many seeds would decide. @throws RangeError as `compare`.
 */
export function judge(input: ComparisonInput): Omit<Comparison, 'moreSeeds'> {
  const { published, margin } = input;
  if (!(margin > 0)) throw new RangeError(`compare: margin must be positive, not ${margin}`);
  const { n, mean, sd } = sample(input.measured);
  const difference = mean - published;
  const spread = spreadOf(n, sd, input.pooled);
  const publishedError = errorOf(input, spread);
  const shared = { n, mean, sd, difference, margin, spread, publishedError };
  if (n === 1 || spread === null) {
    return { ...shared, low: null, high: null, word: 'inconclusive', p: null };
  }
  const { standardError, df } = errorOfDifference(n, spread, publishedError);
  return { ...shared, ...intervalWord({ difference, standardError, df, margin }) };
}

/**
 * The scatter to reckon with: the table's while the cell has few seeds and does not scatter more
 * than the others.
 */
export function spreadOf(
  n: number,
  ownSd: number | null,
  pooled: Spread | null,
): UsedSpread | null {
  if (ownSd === null)
    return pooled === null ? null : { ...pooled, source: 'pooled', pooling: null };
  const own = { sd: ownSd, df: n - 1 };
  if (pooled === null || n >= ownSpreadFrom || pooled.df <= own.df)
    return { ...own, source: 'own', pooling: null };
  const pooling = scattersMore(own, pooled);
  return pooling < poolingLevel
    ? { ...own, source: 'own', pooling }
    : { ...pooled, source: 'pooled', pooling };
}

function errorOf(input: ComparisonInput, spread: UsedSpread | null): PublishedErrorUsed {
  const { publishedError: error, publishedDf: df, imputedRuns: runs = null } = input;
  if (error > 0) return { error, df, source: 'printed', runs: null };
  if (runs === null || spread === null)
    return { error: 0, df: Infinity, source: 'none', runs: null };
  return { error: spread.sd / Math.sqrt(runs), df: spread.df, source: 'imputed', runs };
}
