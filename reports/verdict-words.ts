import type { VerdictWord } from '../reference/verdict/verdict.ts';

/** How a verdict is shown: never by colour alone, so each word comes with a symbol of its own. */
export interface VerdictStyle {
  readonly word: VerdictWord;
  readonly symbol: string;
  /** The class that picks its colours in site.css. */
  readonly style: string;
  readonly meaning: string;
}

/** Every verdict, in the order of legends and summaries. */
export const verdictStyles: readonly VerdictStyle[] = [
  {
    word: 'reproduced',
    symbol: '\u2713',
    style: 'reproduced',
    meaning:
      'Measured at paper scale, and the 90 % interval of the difference to the published number lies inside the equivalence margin, also among all cells of the table. Needs at least two seeds.',
  },
  {
    word: 'below',
    symbol: '\u25bc',
    style: 'below',
    meaning:
      'Measured at paper scale, and the whole 90 % interval lies below the margin: the published number was not reached.',
  },
  {
    word: 'above',
    symbol: '\u25b2',
    style: 'above',
    meaning:
      'Measured at paper scale, and the whole 90 % interval lies above the margin: the published number was exceeded.',
  },
  {
    word: 'inconclusive',
    symbol: '?',
    style: 'inconclusive',
    meaning:
      'Measured at paper scale, but the interval crosses the edge of the margin, the word may be chance among the cells of the table, or the seeds allow none: one alone, some missing, failed or identical. The page of the cell says which, and how many more seeds would decide.',
  },
  {
    word: 'measured',
    symbol: '\u25cf',
    style: 'measured',
    meaning:
      'Measured in an own study, which nobody published: a mean with its 90 % interval over seeds. There is nothing that it could reproduce; what the study claims of its rows is tested apart.',
  },
  {
    word: 'not comparable',
    symbol: '\u2260',
    style: 'neutral',
    meaning:
      'Measured, but with a scale, recipe or data set that differs from the publication. Every proxy and smoke run of a published table is of this kind; it can compare methods with each other, not with the paper.',
  },
  {
    word: 'no reference',
    symbol: '\u2205',
    style: 'neutral',
    meaning: 'Measured, but no published number is known that a verdict could rest on.',
  },
  {
    word: 'not run',
    symbol: '\u25cb',
    style: 'neutral',
    meaning:
      'No trial of the cell has finished yet, or something it needs is missing. The cell says which.',
  },
  {
    word: 'failed',
    symbol: '\u2715',
    style: 'failed',
    meaning:
      'Every finished trial of the cell diverged, failed or ended at chance level, so that there is nothing to measure.',
  },
];

const byWord = new Map(verdictStyles.map((style) => [style.word, style]));

export function verdictStyle(word: VerdictWord): VerdictStyle {
  return byWord.get(word) as VerdictStyle;
}
