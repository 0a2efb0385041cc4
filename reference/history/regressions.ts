import { adjustedPValues } from '../verdict/false-discovery.ts';
import { type ChangePoint, changePoints, type Level } from './change-points.ts';

/**
 * The share of false alarms among the alarms of one night that is accepted. A maintainer is asked
 * every night, so it is far below the usual 5 %: measured over 60 nights without any change
 * (`bench/history.ts`).
 */
export const falseDiscoveryRate = 0.002;
/** A change is judged together with those of other cells as long as it is this fresh, in nights. */
const freshNights = 10;

/** One series: a metric or the step time of one cell on one machine. */
export interface SeriesInput {
  /** In time's order, in the unit of `leastChange`. */
  readonly values: readonly number[];
  readonly lowerIsBetter: boolean;
  /** The least change that anybody needs to hear of; positive. */
  readonly leastChange: number;
  /** A human has accepted what happened before this index; 0 where nothing was accepted. */
  readonly acceptedBefore: number;
}

export type ChangeState =
  /** To the better. */
  | 'improvement'
  /** To the worse, and the newest level is still worse than the one before the change. */
  | 'regression'
  /** To the worse, but by now as good as before. */
  | 'recovered'
  /** To the worse, and a human has said that it may be. */
  | 'accepted';

export interface JudgedChange extends ChangePoint {
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
export function judgeSeries(
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
