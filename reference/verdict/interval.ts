import type { Spread } from './sample.ts';
import { studentTCdf, studentTQuantile } from './student-t.ts';

/**
 * From this many seeds on, a cell's own standard deviation is used instead of the table's pooled
 * one (decision 9).
 */
export const ownSpreadFrom = 5;
/** Verdicts rest on a two-sided 90 % interval: TOST at 5 % on each side. */
export const confidence = 0.9;

/**
 * One-sided p-values of the words. A word's p-value is below 5 % exactly where its interval rule
 * gives the word.
 */
export interface WordTests {
  /** That the difference lies inside the margin (TOST: the larger of its two p-values). */
  readonly reproduced: number;
  /** That the difference is less than minus the margin. */
  readonly below: number;
  /** That the difference is more than the margin. */
  readonly above: number;
}

/** The standard deviation of a seed that an interval rests on. */
export interface UsedSpread extends Spread {
  /** `own`: of this cell's seeds; `pooled`: over the cells of the table. */
  readonly source: 'own' | 'pooled';
  /**
   * With fewer than five seeds: p-value of "the cell scatters no more than the others"; null where
   * it was not asked.
   */
  readonly pooling: number | null;
}

/** The error of the published number. */
export interface PublishedErrorUsed {
  /** Standard error, in the metric's unit. */
  readonly error: number;
  /** `printed` by the publication, `imputed` from our own scatter, or `none`: taken as exact. */
  readonly source: 'printed' | 'imputed' | 'none';
  readonly df: number;
  /** Runs that an imputed error is for. */
  readonly runs: number | null;
}

/**
 * Measured against published, under one selection rule. Differences are measured minus published.
 */
export interface Comparison {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation of these seeds alone; null for one seed. */
  readonly sd: number | null;
  readonly difference: number;
  /** 90 % interval of the difference; null for one seed, whose own scatter nobody knows. */
  readonly low: number | null;
  readonly high: number | null;
  readonly margin: number;
  /**
   * The scatter of seeds that the interval uses. For one seed it is the table's pooled one, which
   * only says how many seeds would do.
   */
  readonly spread: UsedSpread | null;
  readonly publishedError: PublishedErrorUsed;
  readonly word: 'reproduced' | 'below' | 'above' | 'inconclusive';
  /** Results of the three words' tests; null where there is no interval. */
  readonly p: WordTests | null;
  /**
   * Fresh seeds that would decide with a power of 80 % if mean and scatter are as they look; null:
   * decided, or not decidable by seeds.
   */
  readonly moreSeeds: number | null;
}

/**
 * The interval of a difference with a known standard error, its word and the words' tests.
 *
 * @param about `standardError` with `df` degrees of freedom; `margin` positive; all but `df` in the
 *   metric's unit.
 */
export function intervalWord(about: {
  readonly difference: number;
  readonly standardError: number;
  readonly df: number;
  readonly margin: number;
}): {
  readonly low: number;
  readonly high: number;
  readonly word: Comparison['word'];
  readonly p: WordTests;
} {
  const { difference, standardError, df, margin } = about;
  const half = studentTQuantile((1 + confidence) / 2, df) * standardError;
  const [low, high] = [difference - half, difference + half];
  return { low, high, word: wordOf(low, high, margin), p: wordTests(about) };
}

function wordOf(low: number, high: number, margin: number): Comparison['word'] {
  if (high < -margin) return 'below';
  if (low > margin) return 'above';
  return low > -margin && high < margin ? 'reproduced' : 'inconclusive';
}

function wordTests({ difference, standardError, df, margin }: Parameters<typeof intervalWord>[0]) {
  // Seeds that agree to the last digit have no scatter to divide by. Their word is certain, or
  // there is none on the edge.
  const atMost = (x: number) => {
    if (standardError > 0) return studentTCdf(x / standardError, df);
    return x < 0 ? 0 : 1;
  };
  return {
    // 1 - P(T <= x) as P(T <= -x), which keeps the digits of small tails.
    reproduced: Math.max(atMost(-difference - margin), atMost(difference - margin)),
    below: atMost(difference + margin),
    above: atMost(margin - difference),
  };
}

/** The standard error of a difference of means, with its degrees of freedom. */
export function errorOfDifference(
  n: number,
  spread: Spread,
  published: PublishedErrorUsed,
): { readonly standardError: number; readonly df: number } {
  const ours = spread.sd ** 2 / n;
  // An imputed error is the same estimate as ours: one chi-squared variable, whose degrees of
  // freedom stay.
  if (published.source === 'imputed') {
    const theirs = spread.sd ** 2 / (published.runs as number);
    return { standardError: Math.sqrt(ours + theirs), df: spread.df };
  }
  const theirs = published.error ** 2;
  return {
    standardError: Math.sqrt(ours + theirs),
    df: welch(ours, spread.df, theirs, published.df),
  };
}

/** Welch-Satterthwaite degrees of freedom of a sum of two variances. */
function welch(first: number, firstDf: number, second: number, secondDf: number): number {
  if (second === 0 || first + second === 0) return firstDf;
  const parts = first ** 2 / firstDf + (secondDf === Infinity ? 0 : second ** 2 / secondDf);
  return parts === 0 ? Infinity : (first + second) ** 2 / parts;
}
