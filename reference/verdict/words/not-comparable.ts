import type { VerdictKind } from './kind.ts';

export const notComparable: VerdictKind = {
  symbol: '\u2260',
  tone: 'neutral',
  meaning:
    'Measured, but with a scale, recipe or data set that differs from the publication. Every proxy and smoke run of a published table is of this kind; it can compare methods with each other, not with the paper.',
  mark: { drawn: 'filled', path: 'm-5 0l5-5 5 5-5 5z' },
  level: 'skipped',
  favour: 70,
  answer: null,
  open: null,
  heading: true,
};
