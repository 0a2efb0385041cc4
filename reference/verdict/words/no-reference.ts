import type { VerdictKind } from './kind.ts';

export const noReference: VerdictKind = {
  symbol: '\u2205',
  tone: 'neutral',
  meaning: 'Measured, but no published number is known that a verdict could rest on.',
  mark: { drawn: 'outlined', path: 'm-4.2 0l4.2-4.2 4.2 4.2-4.2 4.2z' },
  level: 'skipped',
  favour: 80,
  answer: null,
  open: null,
  heading: false,
};
