import { studentTCdf } from '../verdict/student-t.ts';
import { levelOf } from './change-points.ts';
import type { JudgingContext } from './judging.ts';
import { meanVariance, medianOf } from './noise.ts';

/** Numbers that scatter more than they did. */
export interface SpreadChange {
  /** Index of the first of the newest nights. */
  readonly at: number;
  /** Whether it is the nights that scatter around their level, or the seeds of a night. */
  readonly of: 'nights' | 'seeds';
  /** Median distance from the level, or median standard deviation of seeds, in the values' unit. */
  readonly before: number;
  readonly after: number;
  readonly nights: number;
  /** One-sided. */
  readonly p: number;
}

/** The newest nights that are held against the earlier ones. */
const windows = [5, 10] as const;
const leastBefore = 15;
/** Scatter that grows by less is no alarm. */
const leastRatio = 3;
/** Nor is one that is small beside the least change of a level. */
const leastShare = 1 / 4;

/**
 * Whether the newest nights scatter more, by the ranks of distances from the level (Wilcoxon 1945,
 * Mann & Whitney 1947), which ask nothing of the tails. The nights' levels are taken away first.
 */
export function spreadChange(context: JudgingContext): SpreadChange | null {
  const { values, acceptedBefore, seedSds } = context.input;
  const start = Math.max(0, acceptedBefore - Math.max(...windows));
  const distances = distancesOf(context).slice(start);
  const sds = (seedSds ?? []).slice(start).filter((sd) => sd !== null);
  const found = [
    { of: 'nights' as const, found: growth(distances, context) },
    ...(sds.length === values.length - start
      ? [{ of: 'seeds' as const, found: growth(sds, context) }]
      : []),
  ].flatMap(({ of, found: one }) => (one === null ? [] : [{ of, ...one }]));
  const best = found.toSorted((one, other) => one.p - other.p)[0];
  if (best === undefined) return null;
  const at = values.length - best.nights;
  return at < acceptedBefore ? null : { at, ...best };
}

function distancesOf({ input: { values }, changes, noise }: JudgingContext): readonly number[] {
  const bounds = [0, ...changes.map(({ at }) => at), values.length];
  return bounds.slice(1).flatMap((to, index) => {
    const from = bounds[index] as number;
    const { mean } = levelOf(values, from, to, noise.scale);
    return values.slice(from, to).map((value) => Math.abs(value - mean));
  });
}

function growth(
  sizes: readonly number[],
  { input, noise, level }: JudgingContext,
): Omit<SpreadChange, 'at' | 'of'> | null {
  const looks = windows.flatMap((nights) => {
    const earlier = sizes.slice(0, -nights);
    if (earlier.length < leastBefore) return [];
    const newest = sizes.slice(-nights);
    const [before, after] = [medianOf(earlier), medianOf(newest)];
    if (after < leastRatio * before || after < leastShare * input.leastChange) return [];
    return [{ before, after, nights, p: rankP(earlier, newest, noise.correlation ** 2) }];
  });
  const best = looks.toSorted((one, other) => one.p - other.p)[0];
  if (best === undefined) return null;
  const p = Math.min(1, windows.length * best.p);
  return p <= level ? { ...best, p } : null;
}

/**
 * One-sided p-value of the newest sizes being larger, by the normal approximation of the rank sum.
 */
function rankP(earlier: readonly number[], newest: readonly number[], correlation: number): number {
  let wins = 0;
  for (const one of newest) {
    for (const other of earlier) wins += one > other ? 1 : one === other ? 0.5 : 0;
  }
  const [n, m] = [newest.length, earlier.length];
  const variance = (n * m * (n + m + 1)) / 12;
  const inflation = n * meanVariance(n, correlation);
  const z = (wins - (n * m) / 2) / Math.sqrt(variance * inflation);
  return studentTCdf(-z, Number.POSITIVE_INFINITY);
}
