import type { Published } from '../published/loader.ts';
import type { PublishedCell } from '../published/types.ts';
import { pairedDifference } from '../verdict/paired.ts';
import { type RandomEffects, randomEffects } from '../verdict/random-effects.ts';
import { studentTCdf } from '../verdict/student-t.ts';
import { sharedColumns } from './loader.ts';
import { noiseFloor } from './noise-floor.ts';
import type { Outcome } from './outcomes.ts';
import type { Claim, ClaimComparison, PublishedPair } from './types.ts';

export type { Outcome } from './outcomes.ts';

/** One side of a measured comparison: a method under conditions, a value per seed. */
export interface MeasuredArm {
  readonly method: string;
  readonly metric: string;
  readonly unit: string;
  readonly decimals: number;
  readonly higherIsBetter: boolean;
  /** Column id of the table, and what was trained there. */
  readonly column: string;
  readonly place: string;
  /** Equal text is equal conditions: recipe, data, student; for step times also the machine. */
  readonly conditions: string;
  /**
   * The teacher's key; null for a student alone, which compares with the students of every teacher.
   */
  readonly teacher: string | null;
  /** The row as its table prints it. */
  readonly name: string;
  readonly bySeed: ReadonlyMap<number, number>;
  /** Where the cell is shown: `<suite>@<scale>/<cell>`. */
  readonly cell: string;
}

/**
 * One comparison in one place. Differences are a minus b, so a negative one favours a claim of
 * costs or losses.
 */
export interface ClaimFinding {
  readonly a: Side;
  readonly b: Side;
  readonly place: string;
  readonly column: string;
  readonly unit: string;
  readonly decimals: number;
  readonly difference: number;
  /** 90 % interval over seeds; null for published numbers and for one seed. */
  readonly low: number | null;
  readonly high: number | null;
  /** Seeds in common; null for published numbers. */
  readonly n: number | null;
  /** Two-sided sign-flip p-value against the claim's threshold; null for published numbers. */
  readonly p: number | null;
  readonly says: 'for' | 'against' | 'open' | 'nothing';
  /** Cautions for the reader: a second-hand source, two publications, one seed. */
  readonly notes: readonly string[];
  /** One-sided p-values of `for` and `against` (Student's t); null where no test was made. */
  readonly tests: { readonly for: number; readonly against: number } | null;
  /**
   * Mean and standard deviation of a seed's excess over the claimed amount; null where no test was
   * made.
   */
  readonly beyond: { readonly mean: number; readonly sd: number } | null;
  /**
   * Further seeds that would decide an open comparison if mean and scatter stayed; null: decided,
   * or seeds do not help.
   */
  readonly moreSeeds: number | null;
}

export interface Side {
  readonly name: string;
  readonly value: number;
  /** The published number behind it. */
  readonly published: PublishedCell | null;
  /** The measured cell behind it, as `MeasuredArm.cell`. */
  readonly cell: string | null;
}

/** A comparison that a claim needs and that is missing. */
export interface Gap {
  readonly a: string;
  readonly b: string;
  /** The column at paper scale; null where the comparison is missing everywhere. */
  readonly column: string | null;
  /** Why it can never be made; null where it can. */
  readonly undefined: string | null;
}

/** A claim against one kind of evidence. */
export interface Evaluation {
  readonly outcome: Outcome;
  readonly sentence: string;
  readonly findings: readonly ClaimFinding[];
  /** Comparisons without any number that counts. */
  readonly missing: readonly Gap[];
  /**
   * The summary over pairs, a minus b. A pair counts once, whatever its number of comparisons. Null
   * with fewer than two.
   */
  readonly summary: RandomEffects | null;
  /**
   * P-values of the claim as a whole, null where nothing was tested. `holds`: all of its
   * comparisons are for it, so the largest counts (intersection-union), and null where one is
   * missing; `refuted`: at least one is against it (Bonferroni).
   */
  readonly p: { readonly holds: number | null; readonly refuted: number } | null;
  /**
   * The p-value that would decide it, where it is open only because it may be chance among all
   * claims.
   */
  readonly needsP?: number;
}

/**
 * The published numbers alone. Two numbers without an interval are no test, so the best answer is
 * `as printed`. Second-hand numbers are shown and never counted.
 */
export function evaluatePublished(claim: Claim, published: Published): Evaluation {
  const perComparison = claim.comparisons.map((comparison) => ({
    comparison,
    findings: comparison.published.flatMap((pair) => publishedFindings(claim, pair, published)),
  }));
  const evaluation = conclude(perComparison, () => []);
  return evaluation.outcome === 'holds' ? { ...evaluation, outcome: 'as printed' } : evaluation;
}

/**
 * Measurements of one scale. Each comparison is made by seed, under equal conditions, wherever both
 * methods were measured.
 *
 * @param everyColumn at paper scale: the claim is about the columns of its published cells, and
 *   each of them must be measured.
 * @param amounts whether measurements can say by how much: those of the protocol that is claimed
 *   of.
 */
export function evaluateMeasured(
  claim: Claim,
  arms: readonly MeasuredArm[],
  published: Published,
  everyColumn: boolean,
  amounts: boolean = everyColumn,
): Evaluation {
  const wanted = arms.filter(({ metric }) => metric.toLowerCase() === claim.metric.toLowerCase());
  // An amount holds for the networks and data that it was printed for. Elsewhere the only question
  // is which method is better.
  if (!amounts && claim.kind === 'better' && claim.by !== undefined) {
    return {
      outcome: 'not enough data',
      sentence: 'a proxy cannot answer a claim about an amount',
      findings: [],
      missing: [],
      summary: null,
      p: null,
    };
  }
  const perComparison = claim.comparisons.map((comparison) => {
    const columns = claimedColumns(comparison, published);
    const usable = everyColumn && columns.length > 0 ? columns : null;
    return { comparison, findings: measuredFindings(claim, comparison, wanted, usable) };
  });
  return conclude(perComparison, (comparison, findings) => {
    if (!everyColumn) return [];
    const seen = findings.filter(({ says }) => says !== 'nothing').map(({ column }) => column);
    return claimedColumns(comparison, published).filter((column) => !seen.includes(column));
  });
}

function claimedColumns(comparison: ClaimComparison, published: Published): readonly string[] {
  const columns = comparison.published.flatMap(
    (pair) => pair.columns ?? sharedColumns(published, pair.a, pair.b),
  );
  return [...new Set(columns)];
}

function publishedFindings(
  claim: Claim,
  pair: PublishedPair,
  published: Published,
): readonly ClaimFinding[] {
  const columns = pair.columns ?? sharedColumns(published, pair.a, pair.b);
  return columns.map((column) => {
    const a = published.cell(pair.a.table, pair.a.row, column) as PublishedCell;
    const b = published.cell(pair.b.table, pair.b.row, column) as PublishedCell;
    const says = printedSays(claim, a, b);
    const gain = inFavour(claim, a.value, b.value, a.higherIsBetter);
    const spread = a.sd !== null && b.sd !== null ? Math.hypot(a.sd, b.sd) : 0;
    const second = [a, b].some(({ trust }) => trust === 'secondary');
    const rerun = [a, b].some(({ trust }) => trust === 'reimplementation');
    const within = spread > 0 && Math.abs(gain) <= spread;
    // An amount is a statement about the printed numbers themselves; who is better is one about the
    // methods.
    const asks = claim.kind === 'better' && claim.by === undefined;
    const floor = asks ? noiseFloor(published, a.dataset, a.metric) : null;
    const drowned = floor !== null && says !== 'open' && Math.abs(gain) <= floor;
    return {
      a: { name: a.row, value: a.value, published: a, cell: null },
      b: { name: b.row, value: b.value, published: b, cell: null },
      place: `${column.replace('__', ' \u2192 ')}, ${a.dataset}`,
      column,
      unit: a.unit,
      decimals: a.decimals,
      difference: a.value - b.value,
      low: null,
      high: null,
      n: null,
      p: null,
      says: second ? 'nothing' : within || drowned ? 'open' : says,
      notes: [
        ...(second ? ['at second hand: shown, not counted'] : []),
        ...(rerun ? ['from a reimplementation'] : []),
        ...(a.table === b.table ? [] : ['two publications, whose protocols may differ']),
        ...(says === 'open' && a.value !== b.value ? [rounding] : []),
        ...(says === 'open' && a.value === b.value
          ? [claim.kind === 'cost' ? rounding : 'the two numbers are equal']
          : []),
        ...(within ? [`within the printed spread of ${spread.toFixed(a.decimals)}`] : []),
        ...(drowned
          ? [
              `within the noise floor of ${floor.toFixed(a.decimals)}: what the best epoch alone is above the last in the authors\u2019 logs`,
            ]
          : []),
        ...(asks && floor === null ? [`no noise floor is known for ${a.metric} here`] : []),
      ],
      tests: null,
      beyond: null,
      moreSeeds: null,
    };
  });
}

/** Beyond rounding of binary fractions: 74.44 - 73.97 is a little less than 0.47. */
const hair = 1e-9;

const rounding = 'the printed numbers are rounded too coarsely to tell';

/** The answer of two printed numbers that no rounding could change. */
function printedSays(claim: Claim, a: PublishedCell, b: PublishedCell): ClaimFinding['says'] {
  const half = 0.5 * 10 ** -a.decimals;
  const gain = (step: number) => inFavour(claim, a.value + step, b.value - step, a.higherIsBetter);
  const [low, high] = [gain(half), gain(-half)].sort((x, y) => x - y) as [number, number];
  // A printed difference that equals the claimed amount counts for the claim.
  if (claim.kind === 'better' && claim.by !== undefined && Math.abs(gain(0)) < hair) return 'for';
  if (high > hair && low > -hair) return 'for';
  return low < -hair && high < hair ? 'against' : 'open';
}

/** How far a pair of values goes beyond what is claimed; negative where it falls short. */
function inFavour(claim: Claim, a: number, b: number, higherIsBetter: boolean): number {
  if (claim.kind === 'cost') return (claim.by ?? 0) - (100 * (a - b)) / b;
  return (higherIsBetter ? a - b : b - a) - (claim.by ?? 0);
}

function measuredFindings(
  claim: Claim,
  comparison: ClaimComparison,
  arms: readonly MeasuredArm[],
  columns: readonly string[] | null,
): readonly ClaimFinding[] {
  const of = (method: string) =>
    arms.filter(
      (arm) => arm.method === method && (columns === null || columns.includes(arm.column)),
    );
  const findings = of(comparison.a).flatMap((a) =>
    of(comparison.b)
      .filter((b) => b.conditions === a.conditions && sameTeacher(a, b))
      .map((b) => measuredFinding(claim, a, b)),
  );
  return findings.filter((finding) => finding !== null);
}

function sameTeacher(a: MeasuredArm, b: MeasuredArm): boolean {
  return a.teacher === null || b.teacher === null || a.teacher === b.teacher;
}

function measuredFinding(claim: Claim, a: MeasuredArm, b: MeasuredArm): ClaimFinding | null {
  const gains = new Map<number, number>();
  for (const [seed, value] of a.bySeed) {
    const other = b.bySeed.get(seed);
    if (other !== undefined) gains.set(seed, inFavour(claim, value, other, a.higherIsBetter));
  }
  const paired = pairedDifference(gains, new Map([...gains.keys()].map((seed) => [seed, 0])));
  if (paired === null) return null;
  const { n, seeds, mean, sd, low, high, p, note } = paired;
  const says =
    low === null || high === null ? 'nothing' : low > 0 ? 'for' : high < 0 ? 'against' : 'open';
  const cost = claim.kind === 'cost';
  // Back from "in favour of the claim" to a minus b: costs and lower-is-better metrics favour it by
  // being negative.
  const direction = cost || !a.higherIsBetter ? -1 : 1;
  const shown = (gain: number) => direction * (gain + (cost ? -1 : 1) * (claim.by ?? 0));
  const ends =
    low === null || high === null ? [null, null] : [shown(low), shown(high)].sort(byValue);
  const average = (arm: MeasuredArm) =>
    seeds.reduce((sum, seed) => sum + (arm.bySeed.get(seed) as number), 0) / n;
  return {
    a: { name: a.name, value: average(a), published: null, cell: a.cell },
    b: { name: b.name, value: average(b), published: null, cell: b.cell },
    place: a.place,
    column: a.column,
    unit: cost ? '% of the time of a step' : a.unit,
    decimals: cost ? 1 : a.decimals,
    difference: shown(mean),
    low: ends[0] as number | null,
    high: ends[1] as number | null,
    n,
    p,
    says,
    notes: [...(n === 1 ? ['one seed, no interval'] : []), ...(note === null ? [] : [note])],
    tests: sd === null ? null : { for: oneSided(mean, sd, n), against: oneSided(-mean, sd, n) },
    beyond: sd === null ? null : { mean, sd },
    moreSeeds: says === 'open' && sd !== null ? seedsForP(mean, sd, n, 0.05) : null,
  };
}

const byValue = (x: number | null, y: number | null) => (x as number) - (y as number);

/** P-value of "the mean is above zero". */
function oneSided(mean: number, sd: number, n: number): number {
  if (sd === 0) return mean > 0 ? 0 : 1;
  return studentTCdf((-mean * Math.sqrt(n)) / sd, n - 1);
}

/** Most seeds that `seedsForP` tries. */
const mostSeeds = 1000;

/**
 * The least number of further seeds with which a mean and scatter like these would bring the
 * one-sided p-value of the side that the mean is on below `target`; null where 1000 seeds would
 * not.
 */
export function seedsForP(mean: number, sd: number, n: number, target: number): number | null {
  const decided = (seeds: number) => oneSided(Math.abs(mean), sd, seeds) < target;
  if (!decided(mostSeeds)) return null;
  let open = n;
  let enough = mostSeeds;
  while (enough - open > 1) {
    const middle = (open + enough) >> 1;
    if (decided(middle)) enough = middle;
    else open = middle;
  }
  return enough - n;
}

type Gathered = readonly {
  readonly comparison: ClaimComparison;
  readonly findings: readonly ClaimFinding[];
}[];

/**
 * A claim asserts all of its comparisons: it holds where each is there and for it, and one that is
 * decided against it is enough for it not to hold (`mixed` where others are for it).
 */
function conclude(
  gathered: Gathered,
  absent: (comparison: ClaimComparison, findings: readonly ClaimFinding[]) => readonly string[],
): Evaluation {
  const findings = gathered.flatMap((part) => part.findings);
  const missing = gathered.flatMap(({ comparison, findings: own }): readonly Gap[] => {
    const gap = { a: comparison.a, b: comparison.b, undefined: comparison.undefined ?? null };
    const columns = absent(comparison, own);
    if (columns.length > 0) return columns.map((column) => ({ ...gap, column }));
    return own.some(({ says }) => says !== 'nothing') ? [] : [{ ...gap, column: null }];
  });
  const count = (word: ClaimFinding['says']) => findings.filter(({ says }) => says === word).length;
  const [yes, no, open] = [count('for'), count('against'), count('open')];
  const outcome = outcomeOf(yes, no, open, missing.length);
  return {
    outcome,
    sentence: sentenceOf(yes, no, open, missing.length),
    findings,
    missing,
    summary: summaryOf(findings),
    p: claimTests(findings, missing.length),
  };
}

/**
 * The findings that count, a pair as one effect: its comparisons share the teacher and often a
 * method.
 */
function summaryOf(findings: readonly ClaimFinding[]): RandomEffects | null {
  const counted = findings.filter(({ says }) => says !== 'nothing');
  const effects = [...Map.groupBy(counted, ({ place }) => place).values()].map((group) => ({
    value: group.reduce((sum, { difference }) => sum + difference, 0) / group.length,
    // Counts the comparisons of a pair as one, because their errors are not independent.
    variance:
      group.reduce((sum, { beyond, n }) => sum + (beyond?.sd ?? 0) ** 2 / (n ?? 1), 0) /
      group.length,
  }));
  return randomEffects(effects);
}

function claimTests(findings: readonly ClaimFinding[], missing: number): Evaluation['p'] {
  const tests = findings.map((finding) => finding.tests).filter((test) => test !== null);
  if (tests.length === 0) return null;
  const against = Math.min(...tests.map((test) => test.against));
  return {
    holds: missing > 0 ? null : Math.max(...tests.map((test) => test.for)),
    refuted: Math.min(1, tests.length * against),
  };
}

function outcomeOf(yes: number, no: number, open: number, missing: number): Outcome {
  if (no > 0) return yes > 0 ? 'mixed' : 'does not hold';
  if (open > 0) return 'undecided';
  return yes > 0 && missing === 0 ? 'holds' : 'not enough data';
}

function sentenceOf(yes: number, no: number, open: number, missing: number): string {
  const parts = [
    ...(yes + no + open === 0 ? [] : [`${yes} of ${yes + no + open} comparisons for it`]),
    ...(no === 0 ? [] : [`${no} against`]),
    ...(open === 0 ? [] : [`${open} open`]),
    ...(missing === 0 ? [] : [`${missing} without numbers that count`]),
  ];
  return parts.join(', ');
}
