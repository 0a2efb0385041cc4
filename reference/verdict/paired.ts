import { RandomStream } from '../../common/random.ts';
import { confidence } from './interval.ts';
import { sample } from './sample.ts';
import { studentTQuantile } from './student-t.ts';

/** Beyond this many seeds the 2^n sign patterns are sampled instead of enumerated. */
const exactUpTo = 20;
const sampledPatterns = 100_000;

/** `a` minus `b` over the seeds that both have. Differences are in the metric's unit. */
export interface PairedDifference {
  readonly n: number;
  /** The shared seeds, ascending. */
  readonly seeds: readonly number[];
  readonly mean: number;
  /** Of the differences; null for one seed. */
  readonly sd: number | null;
  /** Two-sided 90 % interval of the mean difference (Student's t over seeds); null for one seed. */
  readonly low: number | null;
  readonly high: number | null;
  /** Two-sided p-value of the sign-flip (permutation) test. */
  readonly p: number;
  /** The least p-value that this many seeds can give: 2 / 2^n. */
  readonly smallestP: number;
  /** False beyond 20 seeds, where patterns are sampled with a fixed stream. */
  readonly exact: boolean;
  /**
   * A caution about the p-value: with fewer than 6 seeds it cannot reach 5 %. Null where it can.
   */
  readonly note: string | null;
}

/**
 * The paired difference of two methods over the seeds they share (same teacher, same data order),
 * which takes out what a seed does to both. Null where they share no seed.
 *
 * The interval assumes roughly normal differences; the sign-flip test (Fisher 1935) assumes only
 * that without an effect a difference is as likely to have either sign.
 */
export function pairedDifference(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
): PairedDifference | null {
  const seeds = [...a.keys()].filter((seed) => b.has(seed)).sort((x, y) => x - y);
  if (seeds.length === 0) return null;
  const differences = seeds.map((seed) => (a.get(seed) as number) - (b.get(seed) as number));
  const { n, mean, sd } = sample(differences);
  const half =
    sd === null ? null : (studentTQuantile((1 + confidence) / 2, n - 1) * sd) / Math.sqrt(n);
  const smallestP = Math.min(1, 2 / 2 ** n);
  return {
    n,
    seeds,
    mean,
    sd,
    low: half === null ? null : mean - half,
    high: half === null ? null : mean + half,
    p: signFlip(differences),
    smallestP,
    exact: n <= exactUpTo,
    note:
      smallestP > 0.05
        ? `${n} seed${n === 1 ? '' : 's'} cannot reach 5 % in a sign-flip test: the smallest possible p-value is ${smallestP}.`
        : null,
  };
}

/** Share of sign patterns whose sum is at least as far from zero as the one seen. */
function signFlip(differences: readonly number[]): number {
  const n = differences.length;
  const scale = differences.reduce((sum, value) => sum + Math.abs(value), 0);
  // A pattern that ties the observed one in exact arithmetic must count whatever rounding does.
  const seen = Math.abs(differences.reduce((sum, value) => sum + value, 0)) - 1e-12 * scale;
  if (n > exactUpTo) {
    const stream = RandomStream.named(0, 'sign-flip');
    let extreme = 0;
    for (let pattern = 0; pattern < sampledPatterns; pattern += 1) {
      let sum = 0;
      for (const value of differences) sum += stream.uint32() & 1 ? value : -value;
      if (Math.abs(sum) >= seen) extreme += 1;
    }
    return (extreme + 1) / (sampledPatterns + 1);
  }
  let extreme = 0;
  for (let pattern = 0; pattern < 2 ** n; pattern += 1) {
    let sum = 0;
    for (let index = 0; index < n; index += 1) {
      sum +=
        (pattern >>> index) & 1 ? -(differences[index] as number) : (differences[index] as number);
    }
    if (Math.abs(sum) >= seen) extreme += 1;
  }
  return extreme / 2 ** n;
}
