import { type VerdictWord, verdictKinds } from '../../../../reference/verdict/words/index.ts';
import { strip } from '../../../../reports/charts/strip.ts';
import type { ChartExamples } from './types.ts';

/** A part in the colour and with the symbol of a verdict. */
function verdicts(word: VerdictWord, count: number) {
  const { tone, symbol } = verdictKinds[word];
  return { count, style: word === 'not run' ? 'waiting' : tone, symbol };
}

export const stripExamples: ChartExamples = {
  name: 'strip',
  title: 'Shares of a whole',
  examples: [
    {
      title: 'Verdicts of a table',
      shows: 'Parts as long as their shares, each with its colour and its symbol.',
      markup: strip(
        [
          verdicts('reproduced', 12),
          verdicts('below', 5),
          verdicts('inconclusive', 3),
          verdicts('not run', 20),
        ],
        '12 reproduced, 5 below, 3 inconclusive, 20 not run',
      ),
    },
    {
      title: 'One of thousands',
      shows: 'The part of one is still seen on the left; it has no room for a symbol.',
      markup: strip([verdicts('failed', 1), verdicts('not run', 2999)], '1 failed, 2999 not run'),
    },
    {
      title: 'All of one kind',
      shows: 'One part over the whole width.',
      markup: strip([verdicts('reproduced', 7), verdicts('below', 0)], '7 reproduced'),
    },
    {
      title: 'Steps of one quantity',
      shows:
        'Six shades of one colour, then what waits and what is missing; a short part has no symbol.',
      markup: strip(
        [
          ...Array.from({ length: 6 }, (_, index) => ({
            ...{ count: 6 - index, style: `shade-${index + 1}`, symbol: `${index + 1}` },
          })),
          { count: 4, style: 'waiting', symbol: '○' },
          { count: 3, style: 'missing', symbol: '·' },
        ],
        'Six shades, waiting, missing',
      ),
    },
  ],
};
