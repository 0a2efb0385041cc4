import type { VerdictKind } from './kind.ts';

export const reproduced: VerdictKind = {
  symbol: '\u2713',
  tone: 'reproduced',
  meaning:
    'Measured at paper scale, and the 90 % interval of the difference to the published number lies inside the equivalence margin, also among all cells of the table. Needs at least two seeds.',
  mark: { drawn: 'filled', path: 'm-5-5h10v10h-10zm1.5 5l2.4 3 4.4-5.4-1.2-1-3.3 4-1.2-1.5z' },
  level: 'passed',
  favour: 50,
  answer: 'as published',
  open: null,
  heading: false,
};
