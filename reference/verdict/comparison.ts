import { type Spread, sample } from './sample.ts';
import { studentTQuantile } from './student-t.ts';

/** From this many seeds on, a cell's own standard deviation is used instead of the table's pooled one (decision 9). */
export const ownSpreadFrom = 5;
/** Verdicts rest on a two-sided 90 % interval: TOST at 5 % on each side. */
export const confidence = 0.9;
/** How far `moreSeeds` looks before it says that seeds will not decide. */
export const mostSeeds = 1000;

export interface ComparisonInput {
  /** One value per seed, in the metric's unit. */
  readonly measured: readonly number[];
  readonly published: number;
  /** Standard error of the published number where it is known, 0 where it is not. */
  readonly publishedError: number;
  /** Degrees of freedom of `publishedError`; Infinity where the number of runs is not stated. */
  readonly publishedDf: number;
  /** Equivalence margin, in the metric's unit, positive. */
  readonly margin: number;
  readonly pooled: Spread | null;
}

/** Measured against published, under one selection rule. Differences are measured minus published. */
export interface Comparison {
  readonly n: number;
  readonly mean: number;
  /** Of these seeds alone; null for one seed. */
  readonly sd: number | null;
  readonly difference: number;
  /** 90 % interval of the difference; null where nothing says how much seeds scatter. */
  readonly low: number | null;
  readonly high: number | null;
  /** The standard deviation in use and where it is from. */
  readonly spread: { readonly sd: number; readonly source: 'own' | 'pooled' } | null;
  readonly word: 'reproduced' | 'below' | 'above' | 'inconclusive';
  /** Further seeds that would decide if mean and scatter stayed as they are; null: decided, or not decidable by seeds. */
  readonly moreSeeds: number | null;
}

/**
 * Two one-sided tests (Schuirmann 1987) as an interval: `reproduced` where the 90 % interval of the difference lies inside
 * the margin, `below` / `above` where it lies wholly outside it, else `inconclusive`. Each of the three claims is wrong in at most
 * 5 % of cases. One seed is never `reproduced`.
 *
 * @throws RangeError for no seeds, values that are not finite, or a margin that is not positive.
 */
export function compare(input: ComparisonInput): Comparison {
  if (!(input.margin > 0))
    throw new RangeError(`compare: margin must be positive, not ${input.margin}`);
  const own = sample(input.measured);
  const difference = own.mean - input.published;
  const interval = halfWidth(own.n, own.sd, input);
  const shared = { n: own.n, mean: own.mean, sd: own.sd, difference };
  if (interval === null) {
    return { ...shared, low: null, high: null, spread: null, word: 'inconclusive', moreSeeds: 1 };
  }
  const low = difference - interval.half;
  const high = difference + interval.half;
  const word = wordOf(low, high, input.margin, own.n);
  return {
    ...shared,
    low,
    high,
    spread: interval.spread,
    word,
    moreSeeds:
      word === 'inconclusive' ? seedsToDecide(own.n, difference, interval.spread.sd, input) : null,
  };
}

function wordOf(low: number, high: number, margin: number, n: number): Comparison['word'] {
  if (high < -margin) return 'below';
  if (low > margin) return 'above';
  return n >= 2 && low > -margin && high < margin ? 'reproduced' : 'inconclusive';
}

/** Half the 90 % interval of the difference, or null where there is no standard deviation to take. */
function halfWidth(
  n: number,
  ownSd: number | null,
  input: ComparisonInput,
): { half: number; spread: NonNullable<Comparison['spread']> } | null {
  const pooled = n < ownSpreadFrom && input.pooled !== null && input.pooled.df > n - 1;
  const sd = pooled ? (input.pooled as Spread).sd : ownSd;
  if (sd === null) return null;
  const df = pooled ? (input.pooled as Spread).df : n - 1;
  const ours = sd ** 2 / n;
  const theirs = input.publishedError ** 2;
  const half =
    studentTQuantile((1 + confidence) / 2, welch(ours, df, theirs, input.publishedDf)) *
    Math.sqrt(ours + theirs);
  return { half, spread: { sd, source: pooled ? 'pooled' : 'own' } };
}

/** Welch-Satterthwaite degrees of freedom of a sum of two variances. */
function welch(first: number, firstDf: number, second: number, secondDf: number): number {
  if (second === 0 || first + second === 0) return firstDf;
  const parts = first ** 2 / firstDf + (secondDf === Infinity ? 0 : second ** 2 / secondDf);
  return parts === 0 ? Infinity : (first + second) ** 2 / parts;
}

/** The least number of further seeds with which this mean and this scatter would give a verdict. */
function seedsToDecide(
  n: number,
  difference: number,
  sd: number,
  input: ComparisonInput,
): number | null {
  const decided = (seeds: number): boolean => {
    const interval = halfWidth(seeds, sd, input);
    if (interval === null) return false;
    return (
      wordOf(difference - interval.half, difference + interval.half, input.margin, seeds) !==
      'inconclusive'
    );
  };
  for (let seeds = Math.max(2, n + 1); seeds <= mostSeeds; seeds += 1) {
    if (decided(seeds)) return seeds - n;
  }
  return null;
}
