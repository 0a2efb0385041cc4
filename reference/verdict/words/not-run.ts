import type { VerdictKind } from './kind.ts';

export const notRun: VerdictKind = {
  symbol: '\u25cb',
  tone: 'neutral',
  meaning:
    'No trial of the cell has finished yet, or something it needs is missing. The cell says which.',
  mark: { waits: true, drawn: 'outlined', path: 'm-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0' },
  level: 'skipped',
  favour: 90,
  answer: null,
  open: 'trials',
  heading: false,
};
