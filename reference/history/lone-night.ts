import { studentTCdf } from '../verdict/student-t.ts';
import { type Level, levelOf } from './change-points.ts';
import type { JudgingContext } from './judging.ts';
import { meanVariance, normalScore } from './noise.ts';

/** One night that is far worse than its level, with no second one to confirm it yet. */
export interface LoneNight {
  readonly at: number;
  readonly before: Level;
  /** In the values' unit. */
  readonly change: number;
  /** One-sided. */
  readonly p: number;
}

/** Nights that a level needs before a single night can be held against it. */
const leastLevel = 4;

/** Whether the newest night stands alone below its level. */
export function loneNight({ input, noise, changes, level }: JudgingContext): LoneNight | null {
  const { values, lowerIsBetter, leastChange, acceptedBefore } = input;
  const at = values.length - 1;
  const from = changes.at(-1)?.at ?? 0;
  if (at - from < leastLevel || at < acceptedBefore) return null;
  const sign = lowerIsBetter ? -1 : 1;
  const before = levelOf(values, from, at, noise.scale);
  const change = (values[at] as number) - before.mean;
  if (-sign * change < leastChange) return null;
  if (noise.scale === 0) return { at, before, change, p: 0 };
  const score = normalScore(Math.abs(change) / noise.scale, noise.tails);
  const error = Math.sqrt(1 + meanVariance(before.n, noise.correlation));
  const p = studentTCdf(-score / error, noise.df);
  return p <= level ? { at, before, change, p } : null;
}
