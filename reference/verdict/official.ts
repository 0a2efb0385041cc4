import { intervalWord } from './interval.ts';
import type { Spread } from './sample.ts';
import type { PublishedNumber, VerdictWord } from './verdict.ts';

/** One run of the authors' own code, as its log has it. */
export interface OfficialInput {
  /** Best and last epoch; null where the log lacks the metric. */
  readonly best: number | null;
  readonly last: number | null;
  readonly published: PublishedNumber | null;
  /** Equivalence margin in the metric's unit. */
  readonly margin: number;
  /** Where the log departs from the published protocol. */
  readonly deviations: readonly string[];
  /** Whether the log goes to the last epoch. */
  readonly completed: boolean;
}

export interface OfficialVerdict {
  /** Never `reproduced`: a single run says nothing about its scatter. */
  readonly word: Exclude<VerdictWord, 'reproduced' | 'failed' | 'no value' | 'not run'>;
  readonly reason: string;
  /** Run minus published; null without a published number. */
  readonly differences: { readonly best: number | null; readonly last: number | null };
  /** Where the published number lies among the run's two; null without one of the three. */
  readonly position: 'below last' | 'between' | 'above best' | null;
}

/**
 * Compares a single official run with the published number. Both are made by the same code, so only
 * chance and an unstated choice of epoch separate them. One run has no interval of its own. Where
 * the publication prints a standard deviation over at least two runs, the difference has the error
 * sd sqrt(1 + 1/runs); the word is `below` or `above` where both readings (best and last, unless
 * the publication names one) are outside the margin with 90 % confidence. Otherwise the word is
 * `inconclusive`, whatever the difference.
 */
export function officialVerdict(input: OfficialInput): OfficialVerdict {
  const { published, best, last } = input;
  const differences = {
    best: published === null || best === null ? null : best - published.value,
    last: published === null || last === null ? null : last - published.value,
  };
  const position = positionOf(differences);
  const say = (word: OfficialVerdict['word'], reason: string): OfficialVerdict => ({
    word,
    reason,
    differences,
    position,
  });
  if (published === null) return say('no reference', 'No published number is known.');
  if (published.trust === 'secondary')
    return say(
      'no reference',
      'The only published number is quoted at second hand; no verdict rests on it.',
    );
  if (!input.completed)
    return say('not comparable', 'The log does not go to the last epoch of the protocol.');
  if (input.deviations.length > 0)
    return say(
      'not comparable',
      `The log departs from the protocol: ${input.deviations.join('; ')}.`,
    );
  if (best === null || last === null)
    return say('not comparable', 'The log does not have this metric.');
  const [word, why] = wordOf(input, published, best, last);
  return say(word, `One run. ${positionWords[position ?? 'between']} ${why}`);
}

const positionWords = {
  'below last': 'The published number is below even its last epoch.',
  between: 'The published number lies between its last and its best epoch.',
  'above best': 'The published number is above even its best epoch.',
} as const;

function positionOf({ best, last }: OfficialVerdict['differences']): OfficialVerdict['position'] {
  if (best === null || last === null) return null;
  // Equal within the rounding of two printed numbers.
  if (best < -1e-9) return 'above best';
  return last > 1e-9 ? 'below last' : 'between';
}

function wordOf(
  { margin }: OfficialInput,
  published: PublishedNumber,
  best: number,
  last: number,
): readonly ['below' | 'above' | 'inconclusive', string] {
  const spread = publishedSpread(published);
  if (spread === null)
    return [
      'inconclusive',
      'Its scatter over seeds is not known, and the publication prints none, so neither agreement nor disagreement can be concluded.',
    ];
  const runs = published.runsAveraged as number;
  const values =
    published.selection === 'best'
      ? [best]
      : published.selection === 'last'
        ? [last]
        : [best, last];
  // The run and the mean of the publication's runs scatter by one and the same estimate.
  const standardError = spread.sd * Math.sqrt(1 + 1 / runs);
  const words = values.map(
    (value) =>
      intervalWord({
        difference: value - published.value,
        standardError,
        df: spread.df,
        margin,
      }).word,
  );
  const [word] = words;
  const basis = `by the publication's own standard deviation of ${spread.sd} over ${runs} runs`;
  if ((word === 'below' || word === 'above') && words.every((each) => each === word))
    return [word, `It is ${word} the margin with 90 % confidence ${basis}.`];
  return ['inconclusive', `It cannot be told from the published mean ${basis}.`];
}

function publishedSpread({ sd, runsAveraged }: PublishedNumber): Spread | null {
  if (sd === null || runsAveraged === null || runsAveraged < 2) return null;
  return { sd, df: runsAveraged - 1 };
}
