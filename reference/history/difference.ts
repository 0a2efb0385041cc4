import { confidence, ownSpreadFrom } from '../verdict/interval.ts';
import { pooledSpread, type Spread, sample } from '../verdict/sample.ts';
import { studentTCdf, studentTQuantile } from '../verdict/student-t.ts';

/** Values by seed, one per side. */
export interface TwoSides {
  readonly a: ReadonlyMap<number, number>;
  readonly b: ReadonlyMap<number, number>;
}

/** B minus A, in the metric's unit. */
export interface Difference {
  readonly mean: number;
  /** Paired over these seeds, or unpaired where the sides share none. */
  readonly pairedSeeds: readonly number[];
  /** Two-sided 90 % interval; null where nothing says how much the difference scatters. */
  readonly low: number | null;
  readonly high: number | null;
  /** Two-sided p-value of the t-test behind the interval; null without one. */
  readonly p: number | null;
  /** The source of the scatter; null without an interval. */
  readonly spread: 'own' | 'pooled' | 'two samples' | null;
}

/**
 * The differences of many cells between two sides. Where both sides share seeds the difference is
 * paired, which takes out what a seed does to both; with fewer than five shared seeds the scatter
 * of the differences is pooled over the cells, as verdicts do (docs/decisions/009). Without a
 * shared seed it is Welch's (1947), from two seeds a side on.
 *
 * @returns in the order of the cells; null where a side has no value.
 */
export function differences(cells: readonly TwoSides[]): readonly (Difference | null)[] {
  const paired = cells.map(pairs);
  const pooled = pooledSpread(paired.map((list) => list.map(({ value }) => value)));
  return cells.map((cell, index) => {
    if (cell.a.size === 0 || cell.b.size === 0) return null;
    const shared = paired[index] as readonly Pair[];
    return shared.length > 0 ? pairedDifference(shared, pooled) : welchDifference(cell);
  });
}

/**
 * The mean difference over all cells. Its unit is the seed: a seed's differences are averaged over
 * the cells first, because cells that share a teacher and a data order are no independent
 * witnesses. Only the seeds that every cell has on both sides take part in the interval; null where
 * no cell has a shared seed.
 */
export function overallDifference(cells: readonly TwoSides[]): Difference | null {
  const paired = cells.map(pairs).filter((list) => list.length > 0);
  const [first, ...rest] = paired;
  if (first === undefined) return null;
  const common = first
    .map(({ seed }) => seed)
    .filter((seed) => rest.every((list) => list.some((pair) => pair.seed === seed)));
  if (common.length === 0) {
    const means = paired.map((list) => sample(list.map(({ value }) => value)).mean);
    return {
      mean: sample(means).mean,
      pairedSeeds: [],
      low: null,
      high: null,
      p: null,
      spread: null,
    };
  }
  const bySeed = common.map((seed) => ({
    seed,
    value: sample(paired.map((list) => list.find((pair) => pair.seed === seed)?.value as number))
      .mean,
  }));
  return pairedDifference(bySeed, null);
}

interface Pair {
  readonly seed: number;
  readonly value: number;
}

function pairs({ a, b }: TwoSides): readonly Pair[] {
  return [...a]
    .flatMap(([seed, value]) => {
      const other = b.get(seed);
      return other === undefined ? [] : [{ seed, value: other - value }];
    })
    .sort((one, other) => one.seed - other.seed);
}

function pairedDifference(shared: readonly Pair[], pooled: Spread | null): Difference {
  const own = sample(shared.map(({ value }) => value));
  const usesPooled = own.n < ownSpreadFrom && pooled !== null && pooled.df > own.n - 1;
  const sd = usesPooled ? (pooled as Spread).sd : own.sd;
  const pairedSeeds = shared.map(({ seed }) => seed);
  if (sd === null) {
    return { mean: own.mean, pairedSeeds, low: null, high: null, p: null, spread: null };
  }
  const df = usesPooled ? (pooled as Spread).df : own.n - 1;
  return {
    ...interval(own.mean, sd / Math.sqrt(own.n), df),
    pairedSeeds,
    spread: usesPooled ? 'pooled' : 'own',
  };
}

function welchDifference({ a, b }: TwoSides): Difference {
  const [one, other] = [sample([...a.values()]), sample([...b.values()])];
  const mean = other.mean - one.mean;
  if (one.sd === null || other.sd === null) {
    return { mean, pairedSeeds: [], low: null, high: null, p: null, spread: null };
  }
  const [first, second] = [one.sd ** 2 / one.n, other.sd ** 2 / other.n];
  const parts = first ** 2 / (one.n - 1) + second ** 2 / (other.n - 1);
  const df = parts === 0 ? one.n + other.n - 2 : (first + second) ** 2 / parts;
  return {
    ...interval(mean, Math.sqrt(first + second), df),
    pairedSeeds: [],
    spread: 'two samples',
  };
}

function interval(mean: number, error: number, df: number) {
  const half = studentTQuantile((1 + confidence) / 2, df) * error;
  const certain = mean === 0 ? 1 : 0;
  const p = error === 0 ? certain : 2 * studentTCdf(-Math.abs(mean / error), df);
  return { mean, low: mean - half, high: mean + half, p };
}
