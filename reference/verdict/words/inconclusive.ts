import type { VerdictKind } from './kind.ts';

export const inconclusive: VerdictKind = {
  symbol: '?',
  tone: 'inconclusive',
  meaning:
    'Measured at paper scale, but the interval crosses the edge of the margin, the word may be chance among the cells of the table, or the seeds allow none: one alone, some missing, failed or identical. The page of the cell says which, and how many more seeds would decide.',
  mark: { drawn: 'outlined', path: 'm-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0m4-.5v1' },
  level: 'warning',
  favour: 40,
  answer: 'open',
  open: 'seeds',
  heading: false,
};
