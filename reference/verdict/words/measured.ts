import type { VerdictKind } from './kind.ts';

export const measured: VerdictKind = {
  symbol: '\u25cf',
  tone: 'measured',
  meaning:
    'Measured in an own study, which nobody published: a mean with its 90 % interval over seeds. There is nothing that it could reproduce; what the study claims of its rows is tested apart.',
  mark: { drawn: 'filled', path: 'm-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0' },
  level: 'passed',
  favour: 60,
  answer: null,
  open: null,
  heading: true,
};
