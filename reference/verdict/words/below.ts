import type { VerdictKind } from './kind.ts';

export const below: VerdictKind = {
  symbol: '\u25bc',
  tone: 'below',
  meaning:
    'Measured at paper scale, and the whole 90 % interval lies below the margin: the published number was not reached.',
  mark: { drawn: 'filled', path: 'm-5-4h10l-5 9z' },
  level: 'failed',
  favour: 10,
  answer: 'below what was published',
  open: null,
  heading: false,
};
