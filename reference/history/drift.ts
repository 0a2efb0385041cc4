import { studentTCdf } from '../verdict/student-t.ts';
import { type Level, levelOf } from './change-points.ts';
import type { JudgingContext } from './judging.ts';
import { meanVariance } from './noise.ts';

/** A series that has become worse little by little. */
export interface Drift {
  /** The first nights, which stand for the accepted level. */
  readonly before: Level;
  /** The last nights. */
  readonly after: Level;
  /** From the first night to the last along a line, in the values' unit. */
  readonly change: number;
  readonly nights: number;
  /** Two-sided. */
  readonly p: number;
}

const endNights = 10;
/** A stretch that is shorter has steps, not a drift. */
const leastStretch = 3 * endNights;

/**
 * A drift to the worse since the last change, or since the last ten nights before a human accepted
 * the level. Two looks, the larger of which counts: the last ten nights against the first ten, and
 * a line through the means of the first and the last third of the nights (Bartlett 1949, "Fitting a
 * straight line when both variables are subject to error", Biometrics 5: it has 8/9 of the
 * efficiency of least squares, and no night alone can tilt it).
 */
export function driftOf({ input, noise, changes, level }: JudgingContext): Drift | null {
  const { values, lowerIsBetter, leastChange, acceptedBefore } = input;
  const from = Math.max(changes.at(-1)?.at ?? 0, acceptedBefore - endNights, 0);
  const nights = values.length - from;
  if (nights < leastStretch || noise.scale === 0) return null;
  const sign = lowerIsBetter ? -1 : 1;
  const third = Math.floor(nights / 3);
  const ends = [endNights, third].map((count) => {
    const before = levelOf(values, from, from + count, noise.scale);
    const after = levelOf(values, values.length - count, values.length, noise.scale);
    const size = (after.mean - before.mean) / noise.scale;
    const error = Math.sqrt(2 * meanVariance(count, noise.correlation));
    const stretch = count === third ? (nights - 1) / (nights - third) : 1;
    return {
      before,
      after,
      change: stretch * (after.mean - before.mean),
      p: Math.min(1, 2 * 2 * studentTCdf(-Math.abs(size) / error, noise.df)),
    };
  });
  const found = ends
    .filter(({ change, p }) => -sign * change >= leastChange && p <= level)
    .toSorted((one, other) => one.p - other.p)[0];
  if (found === undefined) return null;
  const { before, after } = ends[0] as (typeof ends)[number];
  return { before, after, change: found.change, nights, p: found.p };
}
