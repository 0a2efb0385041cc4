import { studentTCdf } from '../verdict/student-t.ts';
import { bestSplit } from './energy.ts';
import {
  fitNoise,
  meanVariance,
  medianOf,
  type Noise,
  normalScore,
  type Residuals,
} from './noise.ts';

/**
 * Values that a level needs on either side of a change: one night alone is an outlier until a
 * second confirms it.
 */
export const leastNights = 2;

/** A stretch of a series at one level. */
export interface Level {
  /** Index of its first value. */
  readonly from: number;
  readonly n: number;
  /** Mean of its values, each clipped at three scales from their median. */
  readonly mean: number;
}

/** A place where a series changes its level. */
export interface ChangePoint {
  /** Index of the first value at the new level. */
  readonly at: number;
  readonly before: Level;
  readonly after: Level;
  /** Mean after minus mean before, in the values' unit. */
  readonly change: number;
  /** Two-sided p-value of the change, corrected for the choice of the place. */
  readonly p: number;
}

export interface ChangePointOptions {
  /** Changes smaller than this are merged into one level, in the values' unit. */
  readonly leastChange: number;
  /** Only changes with a p-value up to this are kept. */
  readonly level: number;
  /** How the values scatter; default: as they do themselves. */
  readonly noise?: Noise;
}

/**
 * The change points of a series of values in time's order, earliest first.
 *
 * E-divisive splits the series into ever shorter stretches; then the least certain place is taken
 * back, until what is left is large and certain enough, the smallest first. This is the two-pass
 * scheme of Hunter (Fleming et al. 2023, "Hunter: Using Change Point Detection to Hunt for
 * Performance Regressions", ICPE), which follows the one that MongoDB runs (Daly et al. 2020,
 * ICPE). Like Hunter it tests a place by the distance of its levels, not by permutations: two bad
 * nights after thirty good ones can reach no p-value below 1/496 by permutation, which
 * false-discovery control over a hundred cells would never let through. Three things differ from
 * Hunter's t-test. A night that stands alone moves no place and no level: it is clipped. What is
 * compared are normal scores (`noise.ts`), so that heavy tails ask for more nights. The error of a
 * level's mean counts how far neighbouring nights are correlated. The p-value is multiplied by the
 * number of places that were tried (Worsley 1979, JASA 74: the Bonferroni bound of the likelihood
 * ratio test for a shift), which Hunter leaves out.
 */
export function changePoints(
  values: readonly number[],
  { leastChange, level, noise = ownNoise(values) }: ChangePointOptions,
): readonly ChangePoint[] {
  return takeBack(values, placesOf(values), { leastChange, level, noise });
}

/** Every place at which a series may change, ascending. `takeBack` chooses from them. */
export function placesOf(values: readonly number[]): readonly number[] {
  const calm = withoutSpikes(values);
  return splitFully(calm, 0, calm.length);
}

/** The places that are large and certain enough. */
export function takeBack(
  values: readonly number[],
  candidates: readonly number[],
  { leastChange, level, noise }: Required<ChangePointOptions>,
): readonly ChangePoint[] {
  const places = [...candidates];
  const bounds = [0, ...places, values.length];
  const found = places.map((_, index) => describe(values, bounds, index, noise));
  for (;;) {
    let least = -1;
    let leastCost = Number.POSITIVE_INFINITY;
    found.forEach((change, index) => {
      if (Math.abs(change.change) >= leastChange && change.p <= level) return;
      const own = cost(change);
      if (own < leastCost) {
        least = index;
        leastCost = own;
      }
    });
    if (least < 0) return found;
    found.splice(least, 1);
    bounds.splice(least + 1, 1);
    // Only the neighbours have another stretch beside them now.
    for (const index of [least - 1, least]) {
      if (index >= 0 && index < found.length) found[index] = describe(values, bounds, index, noise);
    }
  }
}

/** How a series scatters around the levels that it seems to have, however small their changes. */
export function ownNoise(values: readonly number[]): Noise {
  return fitNoise([residualsOf(values, placesOf(values))])[0] as Noise;
}

/** At which p-value a place counts as a change while the noise is still being learnt. */
const learningLevel = 0.01;

/** The residuals of a series without the levels that it seems to have. */
export function residualsOf(values: readonly number[], candidates: readonly number[]): Residuals {
  const noise: Noise = {
    scale: differenceScale(values),
    tails: Number.POSITIVE_INFINITY,
    correlation: 0,
    df: Math.max(1, values.length / 2),
  };
  const found = takeBack(values, candidates, { leastChange: 0, level: learningLevel, noise });
  const bounds = [0, ...found.map(({ at }) => at), values.length];
  const residuals: number[] = [];
  const levels: number[] = [];
  for (let index = 0; index + 1 < bounds.length; index += 1) {
    const [from, to] = [bounds[index] as number, bounds[index + 1] as number];
    const { mean } = levelOf(values, from, to, noise.scale);
    for (let at = from; at < to; at += 1) residuals.push((values[at] as number) - mean);
    levels.push(to - from);
  }
  return { values: residuals, levels };
}

/** The scale of one night by the differences of neighbours, which few changes of level disturb. */
function differenceScale(values: readonly number[]): number {
  const sizes = values.slice(1).map((value, at) => Math.abs(value - (values[at] as number)));
  const bound = 3 * 1.4826 * medianOf(sizes);
  let sum = 0;
  for (const size of sizes) sum += Math.min(size, bound);
  // The mean size of a difference of two normal nights is 2 / sqrt(pi) of one's standard deviation.
  return sizes.length === 0 ? 0 : ((sum / sizes.length) * Math.sqrt(Math.PI)) / 2;
}

/**
 * A night that lies further from both its neighbours than nights do is brought as near as that:
 * the sum of distances that E-divisive looks at would move a place to it.
 */
function withoutSpikes(values: readonly number[]): readonly number[] {
  const room = 3 * differenceScale(values);
  return values.map((value, at) => {
    if (at === 0 || at === values.length - 1) return value;
    const [one, other] = [values[at - 1] as number, values[at + 1] as number];
    const [low, high] = [Math.min(one, other) - room, Math.max(one, other) + room];
    return Math.max(low, Math.min(high, value));
  });
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

function describe(
  values: readonly number[],
  bounds: readonly number[],
  index: number,
  noise: Noise,
): ChangePoint {
  const [from, at, to] = bounds.slice(index, index + 3) as [number, number, number];
  const before = levelOf(values, from, at, noise.scale);
  const after = levelOf(values, at, to, noise.scale);
  const tried = values.length - 2 * leastNights + 1;
  return {
    at,
    before,
    after,
    change: after.mean - before.mean,
    p: Math.min(1, tried * shiftP(values, before, after, noise)),
  };
}

export function levelOf(values: readonly number[], from: number, to: number, scale: number): Level {
  const own = values.slice(from, to);
  const middle = medianOf(own);
  const room = 3 * scale;
  let sum = 0;
  for (const value of own) {
    sum += room > 0 ? Math.max(middle - room, Math.min(middle + room, value)) : value;
  }
  return { from, n: to - from, mean: sum / (to - from) };
}

/**
 * Two-sided p-value of two levels being one: the normal scores of the shorter stretch around the
 * level of the longer one. A night counts for at most `nightsLead` more than the middle one of its
 * stretch, so that no night alone makes a change. 0 where nothing scatters at all.
 */
export function shiftP(
  values: readonly number[],
  before: Level,
  after: Level,
  noise: Noise,
): number {
  const [short, long] = after.n <= before.n ? [after, before] : [before, after];
  if (noise.scale === 0) return before.mean === after.mean ? 1 : 0;
  const scores = values
    .slice(short.from, short.from + short.n)
    .map((value) => normalScore((value - long.mean) / noise.scale, noise.tails));
  const error = Math.sqrt(
    meanVariance(short.n, noise.correlation) + meanVariance(long.n, noise.correlation),
  );
  return 2 * studentTCdf(-Math.abs(steadyMean(scores)) / error, noise.df);
}

const nightsLead = 2.5;

/** The mean of scores, each clipped at `nightsLead` from the middle one that is nearer to zero. */
function steadyMean(scores: readonly number[]): number {
  const sorted = scores.toSorted((one, other) => one - other);
  const [low, high] = [
    sorted[(sorted.length - 1) >> 1] as number,
    sorted[sorted.length >> 1] as number,
  ];
  const middle = Math.abs(low) < Math.abs(high) ? low : high;
  let sum = 0;
  for (const score of sorted) {
    sum += Math.max(middle - nightsLead, Math.min(middle + nightsLead, score));
  }
  return sum / sorted.length;
}
