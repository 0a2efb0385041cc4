import { type Mark, markGlyph, marks, verdictMap } from '../../../../reports/charts/verdict-map.ts';
import type { ChartExamples } from './types.ts';

/** In a card, as the first page has it. */
const framed = (map: string, wide = false): string =>
  `<div class="cards"><div class="card"><div class="marks${wide ? ' wide' : ''}">${map}</div></div></div>`;

/** Every mark in turn, row by row. */
const turns = (rows: number, columns: number): Mark[][] =>
  Array.from({ length: rows }, (_, row) =>
    Array.from(
      { length: columns },
      (_, column) => marks[(row * columns + column) % marks.length] as Mark,
    ),
  );

export const verdictMapExamples: ChartExamples = {
  name: 'verdict-map',
  title: 'Maps of verdicts',
  examples: [
    {
      title: 'Every mark',
      shows: 'Shapes that differ without colour, each beside its word.',
      markup: `<ul class="legend">\n${marks.map((mark) => `<li>${markGlyph(mark)} ${mark}</li>`).join('\n')}\n</ul>`,
    },
    {
      title: 'A table with gaps',
      shows: 'Two rows of marks; in the middle of the second the table has no cell.',
      markup: framed(
        verdictMap(
          [
            ['reproduced', 'below', 'inconclusive', 'not run'],
            ['reproduced', null, null, 'failed'],
          ],
          'Two rows of four cells',
        ),
      ),
    },
    {
      title: 'A wide table',
      shows: 'Four rows of forty marks that shrink to the width of their card.',
      markup: framed(verdictMap(turns(4, 40), 'Four rows of forty cells'), true),
    },
  ],
};
