import type { Selection } from '../published/types.ts';
import { atChance } from './chance.ts';
import { compare } from './comparison.ts';
import { type MeasuredSeeds, plural, seedCount, seedDoubt } from './doubts.ts';
import { intervalText, signedNumber } from './figures.ts';
import type { Comparison } from './interval.ts';
import { averagedOver, type MeanInterval, meanInterval, meanSentence } from './mean-interval.ts';
import type { Spread } from './sample.ts';
import { mostSeeds } from './seeds.ts';
import { independentValues, teacherCount } from './teachers.ts';
import type { VerdictWord } from './words/index.ts';

export type { MeasuredSeeds } from './doubts.ts';

export type { VerdictWord } from './words/index.ts';

/** The fields of a published cell that a verdict needs; the loader's `PublishedCell` has them. */
export interface PublishedNumber {
  readonly value: number;
  readonly selection: Selection;
  /** Standard deviation over runs, as printed; null where the source gives none. */
  readonly sd: number | null;
  /** Runs that the number averages; null where not stated. */
  readonly runsAveraged: number | null;
  readonly trust: 'primary' | 'reimplementation' | 'secondary';
}

/** Trials that completed and have no value of a metric. */
export interface Valueless {
  readonly trials: number;
  /** Why, in a clause: `the test pictures have no large object`; null where nothing says so. */
  readonly reason: string | null;
}

export interface VerdictInput {
  readonly measured: MeasuredSeeds;
  readonly published: PublishedNumber | null;
  /** Equivalence margin in the metric's unit, positive. */
  readonly margin: number;
  /**
   * Per selection rule, pooled over the table's cells (`pooledSpread`); null or absent where there
   * is none.
   */
  readonly pooled?: Readonly<Partial<Record<Exclude<Selection, 'unknown'>, Spread | null>>>;
  /** Why there is no published number; shown with `no reference`. */
  readonly noReference?: string | null;
  /**
   * Why measured and published are different things (scale, recipe, data); null or absent at paper
   * scale.
   */
  readonly notComparable?: string | null;
  /** Whether the cell is of an own study, which nobody published. */
  readonly own?: boolean;
  /** Why nothing can be run (a missing network, method or data set). */
  readonly notRun?: string | null;
  /** Trials of this cell that ended diverged or failed. */
  readonly failures?: number;
  /** Trials of this cell that completed and have no value of the metric; absent: none. */
  readonly valueless?: Valueless | undefined;
  /**
   * Seeds that the suite registered for the cell; absent: those that were measured. No word before
   * the last of them.
   */
  readonly registered?: number;
  /** The teacher of each measured seed, in their order; absent: one teacher. */
  readonly teachers?: readonly string[];
  /**
   * The score of a network that learned nothing, in the metric's unit (`chanceLevel`); null or
   * absent where not known.
   */
  readonly chance?: number | null;
}

export interface Verdict {
  readonly word: VerdictWord;
  /** One sentence with the evidence for the word. */
  readonly reason: string;
  /**
   * The comparisons made, by selection rule: one where the publication states its rule, `best` and
   * `last` where not.
   */
  readonly comparisons: Readonly<Partial<Record<Exclude<Selection, 'unknown'>, Comparison>>>;
  /** With `measured`: the mean of the last epochs and its interval. */
  readonly mean?: MeanInterval;
  /** With `inconclusive`: how many more seeds would decide; null where seeds cannot. */
  readonly moreSeeds: number | null;
  /** Why the comparisons allow no word; null where they do. */
  readonly undecidable: string | null;
}

/**
 * The verdict of the statistics on one cell. The published selection rule decides which measured
 * numbers count. Where a publication does not state its rule, both `best` and `last` are compared,
 * and a word stands only where both give it. So neither a lucky epoch nor an unlucky rule can make
 * a verdict.
 *
 * @throws RangeError for values that are not finite or a margin that is not positive.
 */
export function verdict(input: VerdictInput): Verdict {
  const early = withoutComparison(input);
  if (early !== null) return early;
  if (input.own === true) return ownVerdict(input);
  const published = input.published as PublishedNumber;
  const rules: readonly Exclude<Selection, 'unknown'>[] =
    published.selection === 'unknown' ? ['best', 'last'] : [published.selection];
  const missing = rules.find((rule) => (input.measured[rule] ?? []).length === 0);
  if (missing !== undefined) {
    return plain(
      'not comparable',
      `The publication reports ${describe(published.selection)}, which was not recorded here (${missing}).`,
    );
  }
  const comparisons: Partial<Record<Exclude<Selection, 'unknown'>, Comparison>> = {};
  for (const rule of rules) {
    const values = input.measured[rule] as readonly number[];
    comparisons[rule] = compare({
      measured: independentValues(values, input.teachers ?? []),
      published: published.value,
      ...publishedError(published, teacherCount(input.teachers ?? [])),
      margin: input.margin,
      pooled: input.pooled?.[rule] ?? null,
    });
  }
  const learned = rules.flatMap((rule) => input.measured[rule] as readonly number[]);
  if (learned.every((value) => atChance(value, input.chance ?? null))) {
    return plain('failed', 'Every finished trial ended at chance level: it learned nothing.');
  }
  return conclude(input, comparisons);
}

/** The words that need no comparison, in order of precedence. */
function withoutComparison(input: VerdictInput): Verdict | null {
  const n = seedCount(input.measured);
  const failures = input.failures ?? 0;
  if (input.notRun) return plain('not run', input.notRun);
  if (n === 0) {
    if (input.valueless !== undefined)
      return plain('no value', valuelessSentence(input.valueless, failures, input.registered));
    return failures > 0
      ? plain('failed', `All ${failures} finished trials diverged or failed.`)
      : plain('not run', 'No trial of this cell has finished yet.');
  }
  if (input.notComparable) return plain('not comparable', input.notComparable);
  if (input.own === true) return null;
  if (input.published === null) {
    return plain('no reference', input.noReference ?? 'No published number is known.');
  }
  if (input.published.trust === 'secondary') {
    return plain(
      'no reference',
      'The only published number is quoted at second hand; no verdict rests on it.',
    );
  }
  return null;
}

/** `All 3 trials have finished, and none has a value of this metric: REASON.` */
function valuelessSentence(
  { trials, reason }: Valueless,
  failures: number,
  registered = trials + failures,
): string {
  const planned = Math.max(registered, trials + failures);
  const bad = failures === 0 ? '' : `; ${failures} diverged or failed`;
  const why = reason === null ? '' : `: ${reason}`;
  if (planned === 1) return `The trial has finished without a value of this metric${why}.`;
  const finished =
    trials + failures === planned ? `All ${planned}` : `${trials + failures} of ${planned}`;
  return `${finished} trials have finished${bad}, and none has a value of this metric${why}.`;
}

/**
 * An own study has no number to hold its own against, so a cell is measured or has failed; what the
 * study claims is tested apart, over the rows that it names.
 */
function ownVerdict(input: VerdictInput): Verdict {
  const values = input.measured.last ?? [];
  if (values.length === 0) return plain('no value', 'No trial has a value of the last epoch.');
  if (values.every((value) => atChance(value, input.chance ?? null))) {
    return plain('failed', 'Every finished trial ended at chance level: it learned nothing.');
  }
  const teachers = input.teachers ?? [];
  const mean = meanInterval(independentValues(values, teachers), input.pooled?.last ?? null);
  const said = meanSentence(mean, averagedOver(mean.n, teacherCount(teachers)));
  const doubt = doubtOf(input);
  const reason =
    doubt === null ? `last epoch: ${said}.` : `last epoch: ${said}, but ${doubt.reason}.`;
  return { ...plain('measured', reason), mean, undecidable: doubt?.reason ?? null };
}

function conclude(input: VerdictInput, comparisons: Verdict['comparisons']): Verdict {
  const all = Object.entries(comparisons) as [string, Comparison][];
  const words = new Set(all.map(([, comparison]) => comparison.word));
  const [first] = all.map(([, comparison]) => comparison);
  const teachers = teacherCount(input.teachers ?? []);
  const each = all.map(([rule, comparison]) => sentence(rule, comparison, teachers)).join('; ');
  const unknown =
    all.length > 1
      ? 'The publication does not say whether it reports the best or the last epoch; '
      : '';
  const doubt = doubtOf(input);
  const open = { word: 'inconclusive', comparisons } as const;
  if (doubt !== null) {
    const { reason, moreSeeds } = doubt;
    return { ...open, reason: `${unknown}${each}, but ${reason}.`, moreSeeds, undecidable: reason };
  }
  if (words.size > 1) {
    const moreSeeds = words.has('inconclusive') ? most(all) : null;
    return {
      ...open,
      reason: `${unknown}the two rules disagree: ${each}.`,
      moreSeeds,
      undecidable: null,
    };
  }
  const { word } = first as Comparison;
  const moreSeeds = word === 'inconclusive' ? most(all) : null;
  return {
    word,
    reason: `${unknown}${each}${seedsSentence(
      word,
      moreSeeds,
      all.every(([, { spread }]) => spread !== null),
    )}.`,
    comparisons,
    moreSeeds,
    undecidable: null,
  };
}

/** Why the cell can have no word, and the seeds that would mend it; null where it may have one. */
function doubtOf(
  input: VerdictInput,
): { readonly reason: string; readonly moreSeeds: number | null } | null {
  const reason = seedDoubt(input);
  if (reason !== null) return { reason, moreSeeds: null };
  const n = seedCount(input.measured);
  const missing = (input.registered ?? n) - n;
  if (missing <= 0) return null;
  if (input.valueless !== undefined) {
    const { trials, reason: why } = input.valueless;
    const because = why === null ? '' : ` (${why})`;
    return {
      reason: `${trials} of the suite's ${input.registered} seeds finished without a value of this metric${because}`,
      moreSeeds: null,
    };
  }
  return {
    reason: `${missing} of the suite's ${input.registered} seeds ${missing === 1 ? 'is' : 'are'} missing, and a word before the last one would be a look too many`,
    moreSeeds: missing,
  };
}

/**
 * The seeds that would decide every comparison that is open; null where one of them cannot be
 * decided.
 */
function most(all: readonly (readonly [string, Comparison])[]): number | null {
  const open = all.filter(([, comparison]) => comparison.word === 'inconclusive');
  const counts = open.map(([, comparison]) => comparison.moreSeeds);
  return counts.includes(null) ? null : Math.max(...(counts as number[]));
}

/** @param known whether the scatter is, without which nothing can be said of further seeds. */
function seedsSentence(word: VerdictWord, moreSeeds: number | null, known: boolean): string {
  if (word !== 'inconclusive' || !known) return '';
  if (moreSeeds === null) return `; fewer than ${mostSeeds} seeds would not decide`;
  return `; ${plural(moreSeeds, 'more seed')} would decide with a power of 80 % if mean and scatter are as they look`;
}

function sentence(rule: string, c: Comparison, teachers: number | null): string {
  const head = `${rule}: ${signedNumber(c.difference)} over ${averagedOver(c.n, teachers)}`;
  const interval = intervalText(c);
  if (interval === null) return `${head}, and one seed alone says nothing about its scatter`;
  const pooled = c.spread?.source === 'pooled' ? ', standard deviation pooled over the table' : '';
  return `${head}, 90 % interval ${interval}${pooled}`;
}

/**
 * The published standard error: sd / sqrt(runs) where both are known, sd where only that is. Where
 * no sd is printed it is imputed for the runs that are averaged, and for one run where the
 * publication does not say how many (the careful readings).
 *
 * @param teachers of ours, where values are means over the students of each: the publication then
 *   had one such teacher.
 */
function publishedError(
  { sd, runsAveraged: runs }: PublishedNumber,
  teachers: number | null,
): { publishedError: number; publishedDf: number; imputedRuns: number | null } {
  if (sd === null) {
    const imputedRuns = teachers === null ? (runs ?? 1) : 1;
    return { publishedError: 0, publishedDf: Infinity, imputedRuns };
  }
  if (runs === null || runs < 2)
    return { publishedError: sd, publishedDf: Infinity, imputedRuns: null };
  return { publishedError: sd / Math.sqrt(runs), publishedDf: runs - 1, imputedRuns: null };
}

function describe(selection: Selection): string {
  const words: Record<Selection, string> = {
    best: 'its best epoch',
    last: 'its last epoch',
    'mean-last-k': 'the mean of its last epochs',
    unknown: 'an epoch that it does not name',
  };
  return words[selection];
}

function plain(word: VerdictWord, reason: string): Verdict {
  return { word, reason, comparisons: {}, moreSeeds: null, undecidable: null };
}
