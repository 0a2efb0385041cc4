import type { VerdictKind } from '../verdict/words/index.ts';

/** What one outcome of a claim means, wherever it is shown or counted. */
export type OutcomeKind = Pick<VerdictKind, 'symbol' | 'tone' | 'meaning' | 'level'>;

/**
 * Every answer that the evidence may give to a claim, in the order of legends and summaries. The
 * tone is that of a measurement in full.
 */
export const outcomeKinds = {
  holds: {
    symbol: '\u2713',
    tone: 'reproduced',
    meaning: 'Every comparison of the claim is there, was measured and is for it.',
    level: 'passed',
  },
  'as printed': {
    symbol: '\u2261',
    tone: 'neutral',
    meaning:
      'Every comparison is printed, and each difference is for the claim and larger than the noise floor: what choosing the best epoch over the last is worth in the logs that authors posted. Two printed numbers have no interval, so this is no test.',
    level: 'passed',
  },
  'does not hold': {
    symbol: '\u2715',
    tone: 'below',
    meaning: 'At least one comparison is decided against it, and none is for it.',
    level: 'failed',
  },
  mixed: {
    symbol: '\u00b1',
    tone: 'inconclusive',
    meaning: 'Some comparisons are decided for it and some against it.',
    level: 'failed',
  },
  undecided: {
    symbol: '?',
    tone: 'inconclusive',
    meaning:
      'At least one comparison is open and none is decided against it: its interval holds zero, or the printed spread or rounding hides the difference. Also where the comparisons agree, but among all claims tested at this scale that may be chance (Benjamini-Yekutieli, 5 %).',
    level: 'warning',
  },
  'not enough data': {
    symbol: '\u2205',
    tone: 'neutral',
    meaning: 'None is against it, but comparisons that it needs have no number that counts.',
    level: 'skipped',
  },
} as const satisfies Readonly<Record<string, OutcomeKind>>;

export type Outcome = keyof typeof outcomeKinds;

/** In the order of the table. */
export const outcomes = Object.keys(outcomeKinds) as readonly Outcome[];
