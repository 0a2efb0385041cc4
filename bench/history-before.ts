/*
 * How changes were judged before noise was learnt from the history: the figures "before" of
 * docs/history.md. No command uses it.
 */

import { bestSplit } from '../reference/history/energy.ts';
import { adjustedPValues } from '../reference/verdict/false-discovery.ts';
import { studentTCdf } from '../reference/verdict/student-t.ts';

/**
 * Values that a level needs on either side of a change: one night alone is an outlier until a
 * second confirms it.
 */
const leastNights = 2;

/** A stretch of a series at one level. */
interface Level {
  /** Index of its first value. */
  readonly from: number;
  readonly n: number;
  readonly mean: number;
}

/** A place where a series changes its level. */
interface ChangePoint {
  /** Index of the first value at the new level. */
  readonly at: number;
  readonly before: Level;
  readonly after: Level;
  /** Mean after minus mean before, in the values' unit. */
  readonly change: number;
  /** Two-sided p-value of the change, corrected for the choice of the place. */
  readonly p: number;
}

interface ChangePointOptions {
  /** Changes smaller than this are merged into one level, in the values' unit. */
  readonly leastChange: number;
  /** Only changes with a p-value up to this are kept. */
  readonly level: number;
}

/**
 * The change points of a series of independent values in time's order, earliest first.
 *
 * E-divisive splits the series into ever shorter stretches; then the least certain place is taken
 * back, until what is left is large and certain enough, the smallest first. This is the two-pass
 * scheme of Hunter (Fleming et al. 2023, "Hunter: Using Change Point Detection to Hunt for
 * Performance Regressions", ICPE), which follows the one that MongoDB runs (Daly et al. 2020,
 * ICPE). Like Hunter it asks Student's t-test about a place, not permutations: two bad nights after
 * thirty good ones can reach no p-value below 1/496 by permutation, which false-discovery control
 * over a hundred cells would never let through. The p-value is multiplied by the number of places
 * that were tried (Worsley 1979, JASA 74: the Bonferroni bound of the likelihood ratio test for a
 * shift), which Hunter leaves out.
 */
function changePoints(
  values: readonly number[],
  { leastChange, level }: ChangePointOptions,
): readonly ChangePoint[] {
  const places = splitFully(values, 0, values.length);
  for (;;) {
    const found = describe(values, places);
    const doubtful = found.filter(({ change, p }) => Math.abs(change) < leastChange || p > level);
    if (doubtful.length === 0) return found;
    const least = doubtful.reduce((one, other) => (cost(other) < cost(one) ? other : one));
    places.splice(places.indexOf(least.at), 1);
  }
}

/**
 * By how much the sum of squares grows when the two levels become one (Ward 1963). It orders the
 * taking back: p-values of stretches of two values say too little for that.
 */
function cost({ before, after, change }: ChangePoint): number {
  return ((before.n * after.n) / (before.n + after.n)) * change ** 2;
}

/** Every place of the hierarchical division, ascending, however uncertain. */
function splitFully(values: readonly number[], from: number, to: number): number[] {
  const split = bestSplit(values, from, to, leastNights);
  if (split === null) return [];
  return [...splitFully(values, from, split.at), split.at, ...splitFully(values, split.at, to)];
}

function describe(values: readonly number[], places: readonly number[]): readonly ChangePoint[] {
  const bounds = [0, ...places, values.length];
  return places.map((at, index) => {
    const before = levelOf(values, bounds[index] as number, at);
    const after = levelOf(values, at, bounds[index + 2] as number);
    const tried = values.length - 2 * leastNights + 1;
    return {
      at,
      before,
      after,
      change: after.mean - before.mean,
      p: Math.min(1, tried * shiftP(values, before, after)),
    };
  });
}

function levelOf(values: readonly number[], from: number, to: number): Level {
  let sum = 0;
  for (let index = from; index < to; index += 1) sum += values[index] as number;
  return { from, n: to - from, mean: sum / (to - from) };
}

/**
 * Two-sided p-value of Student's two-sample t-test with equal variances; 0 where two levels do not
 * scatter at all.
 */
function shiftP(values: readonly number[], before: Level, after: Level): number {
  const df = before.n + after.n - 2;
  const variance = (squares(values, before) + squares(values, after)) / df;
  const difference = Math.abs(after.mean - before.mean);
  if (variance === 0) return difference === 0 ? 1 : 0;
  const t = difference / Math.sqrt(variance * (1 / before.n + 1 / after.n));
  return 2 * studentTCdf(-t, df);
}

function squares(values: readonly number[], { from, n, mean }: Level): number {
  let sum = 0;
  for (let index = from; index < from + n; index += 1)
    sum += ((values[index] as number) - mean) ** 2;
  return sum;
}

/**
 * The share of false alarms among the alarms of one night that is accepted. A maintainer is asked
 * every night, so it is far below the usual 5 %: measured over 60 nights without any change
 * (`bench/history.ts`).
 */
const falseDiscoveryRate = 0.002;
/** A change is judged together with those of other cells as long as it is this fresh, in nights. */
const freshNights = 10;

/** One series: a metric or the step time of one cell on one machine. */
interface SeriesInput {
  /** In time's order, in the unit of `leastChange`. */
  readonly values: readonly number[];
  readonly lowerIsBetter: boolean;
  /** The least change that anybody needs to hear of; positive. */
  readonly leastChange: number;
  /** A human has accepted what happened before this index; 0 where nothing was accepted. */
  readonly acceptedBefore: number;
}

type ChangeState =
  /** To the better. */
  | 'improvement'
  /** To the worse, and the newest level is still worse than the one before the change. */
  | 'regression'
  /** To the worse, but by now as good as before. */
  | 'recovered'
  /** To the worse, and a human has said that it may be. */
  | 'accepted';

interface JudgedChange extends ChangePoint {
  readonly state: ChangeState;
}

/**
 * The change points of many series, with false-discovery control over them: the newest change of
 * each series is its hypothesis; Benjamini and Hochberg's cutoff over all series then holds for
 * every change that is shown. An old change was judged when it was fresh and no longer makes room
 * for others.
 *
 * @returns the changes of each series, in the order of the series.
 */
export function judgeBefore(
  series: readonly SeriesInput[],
  rate: number = falseDiscoveryRate,
): readonly (readonly JudgedChange[])[] {
  const cutoff = largestFinding(
    series.map(({ values, leastChange }) => {
      const newest = changePoints(values, { leastChange, level: rate }).at(-1);
      return newest === undefined || newest.after.n > freshNights ? 1 : newest.p;
    }),
    rate,
  );
  // Alone, each series would have this level; it never gets stricter than Bonferroni's.
  const level = Math.max(cutoff, rate / Math.max(1, series.length));
  return series.map((input) => {
    const found = changePoints(input.values, { leastChange: input.leastChange, level });
    const current = found.at(-1)?.after;
    return found.map((change) => ({ ...change, state: stateOf(change, current as Level, input) }));
  });
}

/**
 * The largest p-value that is a finding at this rate; 0 where none is. Cells that share a teacher
 * depend positively.
 */
function largestFinding(pValues: readonly number[], rate: number): number {
  const adjusted = adjustedPValues(pValues, 'positive');
  return Math.max(0, ...pValues.filter((_, index) => (adjusted[index] as number) <= rate));
}

function stateOf(change: ChangePoint, current: Level, input: SeriesInput): ChangeState {
  const sign = input.lowerIsBetter ? -1 : 1;
  if (sign * change.change > 0) return 'improvement';
  if (change.at < input.acceptedBefore) return 'accepted';
  const lost = sign * (change.before.mean - current.mean);
  return lost < input.leastChange ? 'recovered' : 'regression';
}
