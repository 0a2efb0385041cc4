import { spreadOf } from './comparison.ts';
import { plural } from './doubts.ts';
import { confidence, errorOfDifference, type UsedSpread } from './interval.ts';
import { type Spread, sample } from './sample.ts';
import { studentTQuantile } from './student-t.ts';

/** What was measured, where there is nothing to hold it against. In the metric's unit. */
export interface MeanInterval {
  readonly n: number;
  readonly mean: number;
  /** 90 % interval of the mean (Student's t); null for one seed, whose own scatter nobody knows. */
  readonly low: number | null;
  readonly high: number | null;
  /** What seeds are taken to scatter; null for one seed. */
  readonly spread: UsedSpread | null;
}

/**
 * The mean over seeds with its interval, by the rules of verdicts: a cell's own scatter from five
 * seeds on, the table's before.
 *
 * @param values one per seed, or per teacher where a suite has several
 * @param pooled over all cells of the table, this one included; null where there is none
 * @throws RangeError for no values, or one that is not finite
 */
export function meanInterval(values: readonly number[], pooled: Spread | null): MeanInterval {
  const { n, mean, sd } = sample(values);
  const spread = n === 1 ? null : spreadOf(n, sd, pooled);
  if (spread === null) return { n, mean, low: null, high: null, spread };
  const { standardError, df } = errorOfDifference(n, spread, exact);
  const half = studentTQuantile((1 + confidence) / 2, df) * standardError;
  return { n, mean, low: mean - half, high: mean + half, spread };
}

/** Nothing is published, so nothing adds an error. */
const exact = { error: 0, df: Infinity, source: 'none', runs: null } as const;

/** `43.21 over 3 seeds, 90 % interval 42.10 to 44.32`. @param over what was averaged, in words */
export function meanSentence({ n, mean, low, high, spread }: MeanInterval, over: string): string {
  if (n === 1)
    return `${mean.toFixed(2)} of ${over.replace(/^1 /, 'one ')}, which alone says nothing about its scatter`;
  const head = `${mean.toFixed(2)} over ${over}`;
  if (low === null || high === null) return head;
  const pooled = spread?.source === 'pooled' ? ', standard deviation pooled over the table' : '';
  return `${head}, 90 % interval ${low.toFixed(2)} to ${high.toFixed(2)}${pooled}`;
}

/** What a mean was taken over: `3 seeds`, or the teachers' means where there are several. */
export function averagedOver(n: number, teachers: number | null): string {
  if (teachers !== null) return `the means of ${n} teachers' students`;
  return plural(n, 'seed');
}
