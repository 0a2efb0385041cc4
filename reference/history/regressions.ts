import { adjustedPValues } from '../verdict/false-discovery.ts';
import {
  type ChangePoint,
  type Level,
  leastNights,
  levelOf,
  placesOf,
  residualsOf,
  shiftP,
  takeBack,
} from './change-points.ts';
import { type Drift, driftOf } from './drift.ts';
import type { SeriesInput } from './judging.ts';
import { type LoneNight, loneNight } from './lone-night.ts';
import { fitNoise, type Noise } from './noise.ts';
import { type SpreadChange, spreadChange } from './spread.ts';

/**
 * The share of false alarms among the alarms of one night that is accepted. A maintainer is asked
 * every night, so it is far below the usual 5 %: docs/history.md says what comes of it.
 */
export const falseDiscoveryRate = 0.02;
/** A change is judged together with those of other cells as long as it is this fresh, in nights. */
const freshNights = 10;

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

/** The findings in one series. */
export interface Judgement {
  readonly changes: readonly JudgedChange[];
  /** A slow loss since the last change that no step is large enough for. */
  readonly drift: Drift | null;
  /** Nights, or the seeds of a night, that scatter more than they did. */
  readonly spread: SpreadChange | null;
  /** The newest night alone, far worse than its level: a second night must confirm it. */
  readonly lone: LoneNight | null;
}

/**
 * The changes of many series, with false-discovery control over them: the newest change of each
 * series is its hypothesis; Benjamini and Hochberg's cutoff over all series then holds for every
 * change that is shown. An old change was judged when it was fresh and no longer makes room for
 * others. Drift, scatter and lone nights each have Bonferroni's level.
 *
 * @returns in the order of the series.
 */
export function judgeSeries(
  series: readonly SeriesInput[],
  rate: number = falseDiscoveryRate,
): readonly Judgement[] {
  const places = series.map(({ values }) => placesOf(values));
  const noises = fitNoise(
    series.map(({ values }, index) => residualsOf(values, places[index] as readonly number[])),
  );
  const changesAt = (level: number) =>
    series.map(({ values, leastChange }, index) =>
      takeBack(values, places[index] as readonly number[], {
        leastChange,
        level,
        noise: noises[index] as Noise,
      }),
    );
  const loose = changesAt(rate);
  const cutoff = largestFinding(
    loose.map((found) => {
      const newest = found.at(-1);
      return newest === undefined || newest.after.n > freshNights ? 1 : newest.p;
    }),
    rate,
  );
  // Alone, each series would have this level; it never gets stricter than Bonferroni's.
  const share = rate / Math.max(1, series.length);
  const level = Math.max(cutoff, share);
  const kept = level === rate ? loose : changesAt(level);
  return series.map((input, index) => {
    const noise = noises[index] as Noise;
    const found = kept[index] as readonly ChangePoint[];
    const context = { input, noise, changes: found, level: share / 10 };
    return {
      changes: found.map((change) => ({ ...change, state: stateOf(change, found, input, noise) })),
      drift: driftOf(context),
      spread: spreadChange(context),
      lone: loneNight(context),
    };
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

function stateOf(
  change: ChangePoint,
  found: readonly ChangePoint[],
  input: SeriesInput,
  noise: Noise,
): ChangeState {
  const sign = input.lowerIsBetter ? -1 : 1;
  if (sign * change.change > 0) return 'improvement';
  if (change.at < input.acceptedBefore) return 'accepted';
  const current = (found.at(-1) as ChangePoint).after;
  const isBack = (level: Level) => sign * (change.before.mean - level.mean) < input.leastChange;
  if (isBack(current)) return 'recovered';
  return isBackLately(change, current, input, noise, isBack) ? 'recovered' : 'regression';
}

/** One-sided p-value at which the newest nights have left the level of an alarm. */
const clearingLevel = 0.02;
/** The nights among which a recovery is looked for, before it is a change of its own. */
const clearingNights = 10;

/**
 * Whether the newest nights are back where they were before the change. To end an alarm takes less
 * than to raise one: the level to come back to is known, and so is the direction.
 */
function isBackLately(
  change: ChangePoint,
  current: Level,
  { values, lowerIsBetter }: SeriesInput,
  noise: Noise,
  isBack: (level: Level) => boolean,
): boolean {
  const sign = lowerIsBetter ? -1 : 1;
  const end = values.length;
  const most = Math.min(clearingNights, current.n - leastNights);
  for (let nights = leastNights; nights <= most; nights += 1) {
    const lately = levelOf(values, end - nights, end, noise.scale);
    const rest = levelOf(values, current.from, end - nights, noise.scale);
    if (!isBack(lately) || sign * (lately.mean - rest.mean) <= 0) continue;
    if (sign * (change.before.mean - rest.mean) <= 0) continue;
    if (shiftP(values, rest, lately, noise) / 2 <= clearingLevel) return true;
  }
  return false;
}
