import type { VerdictKind } from './kind.ts';

export const failed: VerdictKind = {
  symbol: '\u2715',
  tone: 'failed',
  meaning:
    'Every finished trial of the cell diverged, failed or ended at chance level, so that there is nothing to measure.',
  mark: { drawn: 'outlined', path: 'm-4-4l8 8m0-8l-8 8' },
  level: 'error',
  favour: 30,
  answer: null,
  open: 'nothing',
  heading: false,
};
