import type { VerdictKind } from './kind.ts';

export const above: VerdictKind = {
  symbol: '\u25b2',
  tone: 'above',
  meaning:
    'Measured at paper scale, and the whole 90 % interval lies above the margin: the published number was exceeded.',
  mark: { drawn: 'filled', path: 'm-5 4h10l-5-9z' },
  level: 'notice',
  favour: 20,
  answer: 'above it',
  open: null,
  heading: false,
};
