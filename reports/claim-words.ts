import type { Outcome } from '../reference/claims/evaluate.ts';

/** How the outcome of a claim is shown: with a symbol of its own beside the word. */
export interface OutcomeStyle {
  readonly word: Outcome;
  readonly symbol: string;
  readonly meaning: string;
}

/** In the order of legends and summaries. */
export const outcomeStyles: readonly OutcomeStyle[] = [
  {
    word: 'holds',
    symbol: '\u2713',
    meaning: 'Every comparison of the claim is there, was measured and is for it.',
  },
  {
    word: 'as printed',
    symbol: '\u2261',
    meaning:
      'Every comparison is printed, and each difference is for the claim and larger than the noise floor: what choosing the best epoch over the last is worth in the logs that authors posted. Two printed numbers have no interval, so this is no test.',
  },
  {
    word: 'does not hold',
    symbol: '\u2715',
    meaning: 'At least one comparison is decided against it, and none is for it.',
  },
  {
    word: 'mixed',
    symbol: '\u00b1',
    meaning: 'Some comparisons are decided for it and some against it.',
  },
  {
    word: 'undecided',
    symbol: '?',
    meaning:
      'At least one comparison is open and none is decided against it: its interval holds zero, or the printed spread or rounding hides the difference. Also where the comparisons agree, but among all claims tested at this scale that may be chance (Benjamini-Yekutieli, 5 %).',
  },
  {
    word: 'not enough data',
    symbol: '\u2205',
    meaning: 'None is against it, but comparisons that it needs have no number that counts.',
  },
];
