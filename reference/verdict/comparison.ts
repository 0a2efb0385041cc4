import { type Spread, sample } from './sample.ts';
import { studentTCdf, studentTQuantile } from './student-t.ts';

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

/**
 * One-sided p-values of what each word claims. A word's p-value is below 5 % exactly where its interval rule gives the word.
 */
export interface WordTests {
  /** That the difference lies inside the margin (TOST: the larger of its two p-values); null for one seed, which is not asked. */
  readonly reproduced: number | null;
  /** That the difference is less than minus the margin. */
  readonly below: number;
  /** That the difference is more than the margin. */
  readonly above: number;
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
  /** What the three words' tests give; null where there is no interval. */
  readonly p: WordTests | null;
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
  const judged = judge(input);
  if (judged.spread === null) return { ...judged, moreSeeds: 1 };
  const open = judged.word === 'inconclusive';
  const { n, difference, spread } = judged;
  return { ...judged, moreSeeds: open ? seedsToDecide(n, difference, spread.sd, input) : null };
}

/** `compare` without the search for how many seeds would decide. @throws RangeError as `compare`. */
export function judge(input: ComparisonInput): Omit<Comparison, 'moreSeeds'> {
  if (!(input.margin > 0))
    throw new RangeError(`compare: margin must be positive, not ${input.margin}`);
  const own = sample(input.measured);
  const difference = own.mean - input.published;
  const error = halfWidth(own.n, own.sd, input);
  const shared = { n: own.n, mean: own.mean, sd: own.sd, difference };
  if (error === null) {
    return { ...shared, low: null, high: null, spread: null, word: 'inconclusive', p: null };
  }
  const low = difference - error.half;
  const high = difference + error.half;
  return {
    ...shared,
    low,
    high,
    spread: error.spread,
    word: wordOf(low, high, input.margin, own.n),
    p: wordTests(difference, error, input.margin, own.n),
  };
}

function wordOf(low: number, high: number, margin: number, n: number): Comparison['word'] {
  if (high < -margin) return 'below';
  if (low > margin) return 'above';
  return n >= 2 && low > -margin && high < margin ? 'reproduced' : 'inconclusive';
}

function wordTests(difference: number, error: Error90, margin: number, n: number): WordTests {
  // Seeds that agree to the last digit have no scatter to divide by: what they say is certain, or on the edge and nothing.
  const atMost = (x: number) => {
    if (error.standardError > 0) return studentTCdf(x / error.standardError, error.df);
    return x < 0 ? 0 : 1;
  };
  const below = atMost(difference + margin);
  const above = atMost(margin - difference);
  // 1 - P(T <= x) as P(T <= -x), which keeps the digits of small tails.
  const inside = Math.max(atMost(-difference - margin), atMost(difference - margin));
  return { reproduced: n >= 2 ? inside : null, below, above };
}

/** The 90 % error of a difference: half its interval and what it is made of. */
interface Error90 {
  readonly half: number;
  readonly standardError: number;
  readonly df: number;
  readonly spread: NonNullable<Comparison['spread']>;
}

/** Half the 90 % interval of the difference, or null where there is no standard deviation to take. */
function halfWidth(n: number, ownSd: number | null, input: ComparisonInput): Error90 | null {
  const pooled = n < ownSpreadFrom && input.pooled !== null && input.pooled.df > n - 1;
  const sd = pooled ? (input.pooled as Spread).sd : ownSd;
  if (sd === null) return null;
  const ours = sd ** 2 / n;
  const theirs = input.publishedError ** 2;
  const ownDf = pooled ? (input.pooled as Spread).df : n - 1;
  const df = welch(ours, ownDf, theirs, input.publishedDf);
  const standardError = Math.sqrt(ours + theirs);
  return {
    half: studentTQuantile((1 + confidence) / 2, df) * standardError,
    standardError,
    df,
    spread: { sd, source: pooled ? 'pooled' : 'own' },
  };
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
  // A word needs the interval on one side of the nearer edge of the margin.
  const room = Math.abs(Math.abs(difference) - input.margin);
  const half = (seeds: number) => halfWidth(seeds, sd, input)?.half ?? Infinity;
  const first = Math.max(2, n + 1);
  // Where the pooled standard deviation hands over to the cell's own, the interval may widen: each count is asked.
  for (let seeds = first; seeds < ownSpreadFrom; seeds += 1) {
    if (half(seeds) < room) return seeds - n;
  }
  const from = Math.max(first, ownSpreadFrom);
  const narrowest = narrowestAt(half, from, mostSeeds);
  if (half(narrowest) >= room) return null;
  let open = from - 1;
  let decided = narrowest;
  while (decided - open > 1) {
    const middle = (open + decided) >> 1;
    if (half(middle) < room) decided = middle;
    else open = middle;
  }
  return decided - n;
}

/**
 * Where a width that falls and then may rise is least. It rises where the published error rests on few runs: with every
 * further seed of ours its few degrees of freedom weigh more.
 */
function narrowestAt(half: (seeds: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (high > low) {
    const middle = (low + high) >> 1;
    if (half(middle + 1) < half(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
