import type { VerdictKind } from './kind.ts';

export const noValue: VerdictKind = {
  symbol: '\u2013',
  tone: 'neutral',
  meaning:
    'Trials of the cell have finished, and none has a value of this metric: the average precision of large objects, for example, where the test pictures have none. The cell says why where that is known.',
  mark: { drawn: 'filled', path: 'm-4.5-1.4h9v2.8h-9z' },
  level: 'skipped',
  favour: 85,
  answer: null,
  open: 'nothing',
  heading: false,
};
