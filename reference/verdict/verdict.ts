import type { Selection } from '../published/types.ts';
import { type Comparison, compare, mostSeeds } from './comparison.ts';
import type { Spread } from './sample.ts';

export type VerdictWord =
  | 'reproduced'
  | 'below'
  | 'above'
  | 'inconclusive'
  | 'not comparable'
  | 'no reference'
  | 'not run'
  | 'failed';

/** What a verdict needs of a published cell; `PublishedCell` of the loader fits. */
export interface PublishedNumber {
  readonly value: number;
  readonly selection: Selection;
  /** Standard deviation over runs, as printed; null where the source gives none. */
  readonly sd: number | null;
  /** Runs that the number averages; null where not stated. */
  readonly runsAveraged: number | null;
  readonly trust: 'primary' | 'reimplementation' | 'secondary';
}

/** One value per completed seed under each selection rule, in the same order of seeds. */
export type MeasuredSeeds = Readonly<
  Partial<Record<Exclude<Selection, 'unknown'>, readonly number[]>>
>;

export interface VerdictInput {
  readonly measured: MeasuredSeeds;
  readonly published: PublishedNumber | null;
  /** Equivalence margin in the metric's unit (DESIGN.md, decision 9). */
  readonly margin: number;
  /** Per selection rule, pooled over the table's cells (`pooledSpread`); null or absent where there is none. */
  readonly pooled?: Readonly<Partial<Record<Exclude<Selection, 'unknown'>, Spread | null>>>;
  /** Why there is no published number; shown with `no reference`. */
  readonly noReference?: string | null;
  /** Why measured and published are different things (scale, recipe, data); null or absent at paper scale. */
  readonly notComparable?: string | null;
  /** Why nothing can be run (a missing network, method or data set). */
  readonly notRun?: string | null;
  /** Trials of this cell that ended diverged or failed. */
  readonly failures?: number;
}

export interface Verdict {
  readonly word: VerdictWord;
  /** One sentence for a person: what the word rests on. */
  readonly reason: string;
  /** The comparisons made, by selection rule: one where the publication states its rule, `best` and `last` where not. */
  readonly comparisons: Readonly<Partial<Record<Exclude<Selection, 'unknown'>, Comparison>>>;
  /** With `inconclusive`: how many more seeds would decide; null where seeds cannot. */
  readonly moreSeeds: number | null;
}

/**
 * What the statistics say of one cell. Like is compared with like: the published selection rule picks which measured
 * numbers count. Where a publication does not state its rule, both `best` and `last` are compared and only a word that
 * both give stands; so neither a lucky epoch nor an unlucky rule can make a verdict.
 *
 * @throws RangeError for values that are not finite or a margin that is not positive.
 */
export function verdict(input: VerdictInput): Verdict {
  const early = withoutComparison(input);
  if (early !== null) return early;
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
    comparisons[rule] = compare({
      measured: input.measured[rule] as readonly number[],
      published: published.value,
      ...publishedError(published),
      margin: input.margin,
      pooled: input.pooled?.[rule] ?? null,
    });
  }
  return conclude(input, comparisons);
}

/** The words that need no comparison, in order of precedence. */
function withoutComparison(input: VerdictInput): Verdict | null {
  const n = Math.max(0, ...Object.values(input.measured).map((values) => values.length));
  const failures = input.failures ?? 0;
  if (input.notRun) return plain('not run', input.notRun);
  if (n === 0) {
    return failures > 0
      ? plain('failed', `All ${failures} finished trials diverged or failed.`)
      : plain('not run', 'No trial of this cell has finished yet.');
  }
  if (input.notComparable) return plain('not comparable', input.notComparable);
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

function conclude(input: VerdictInput, comparisons: Verdict['comparisons']): Verdict {
  const all = Object.entries(comparisons) as [string, Comparison][];
  const words = new Set(all.map(([, comparison]) => comparison.word));
  const [first] = all.map(([, comparison]) => comparison);
  const each = all.map(([rule, comparison]) => sentence(rule, comparison)).join('; ');
  const unknown =
    all.length > 1
      ? 'The publication does not say whether it reports the best or the last epoch; '
      : '';
  const failures = input.failures ?? 0;
  if (words.size > 1) {
    return {
      word: 'inconclusive',
      reason: `${unknown}the two rules disagree: ${each}.`,
      comparisons,
      moreSeeds: [...words].includes('inconclusive') ? most(all) : null,
    };
  }
  const { word } = first as Comparison;
  if (word === 'reproduced' && failures > 0) {
    return {
      word: 'inconclusive',
      reason: `${unknown}${each}, but ${failures} trial${failures === 1 ? '' : 's'} of this cell diverged or failed, and the rest may be the lucky ones.`,
      comparisons,
      moreSeeds: null,
    };
  }
  const moreSeeds = word === 'inconclusive' ? most(all) : null;
  return {
    word,
    reason: `${unknown}${each}${seedsSentence(word, moreSeeds)}.`,
    comparisons,
    moreSeeds,
  };
}

/** The seeds that would decide every comparison that is open; null where one of them cannot be decided. */
function most(all: readonly (readonly [string, Comparison])[]): number | null {
  const open = all.filter(([, comparison]) => comparison.word === 'inconclusive');
  const counts = open.map(([, comparison]) => comparison.moreSeeds);
  return counts.includes(null) ? null : Math.max(...(counts as number[]));
}

function seedsSentence(word: VerdictWord, moreSeeds: number | null): string {
  if (word !== 'inconclusive') return '';
  if (moreSeeds === null) return `; fewer than ${mostSeeds} seeds would not decide`;
  return `; ${moreSeeds} more seed${moreSeeds === 1 ? '' : 's'} would decide if mean and scatter stay`;
}

function sentence(rule: string, c: Comparison): string {
  const sign = (value: number) => `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
  const head = `${rule}: ${sign(c.difference)} over ${c.n} seed${c.n === 1 ? '' : 's'}`;
  if (c.spread === null) return `${head}, and one seed alone says nothing about its scatter`;
  const pooled = c.spread.source === 'pooled' ? ', standard deviation pooled over the table' : '';
  return `${head}, 90 % interval ${sign(c.low as number)} to ${sign(c.high as number)}${pooled}`;
}

/** The published standard error: sd / sqrt(runs) where both are known, sd where only that is (the careful reading), else 0. */
function publishedError(published: PublishedNumber): {
  publishedError: number;
  publishedDf: number;
} {
  if (published.sd === null) return { publishedError: 0, publishedDf: Infinity };
  const runs = published.runsAveraged;
  if (runs === null || runs < 2) return { publishedError: published.sd, publishedDf: Infinity };
  return { publishedError: published.sd / Math.sqrt(runs), publishedDf: runs - 1 };
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
  return { word, reason, comparisons: {}, moreSeeds: null };
}
