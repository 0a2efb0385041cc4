import {
  type ForestRow,
  forestAxis,
  forestRow,
  forestTicks,
} from '../../../../reports/charts/forest.ts';
import type { ChartExamples } from './types.ts';

type Named = readonly [name: string, row: ForestRow, number: string];

/** Rows as the page of a table has them: name, picture, number, and the axis below. */
function forest(rows: readonly Named[]): string {
  const axis = forestAxis(rows.map(([, row]) => row));
  const lines = rows.map(
    ([name, row, number]) =>
      `<tr><th scope="row">${name}</th><td>${forestRow(row, axis)}</td><td>${number}</td></tr>`,
  );
  const foot = `<tr><td></td><td>${forestTicks(axis)}</td><td></td></tr>`;
  return `<table class="forest"><tbody>\n${lines.join('\n')}\n${foot}\n</tbody></table>`;
}

const ours = (value: number, low: number | null = null, high: number | null = null) =>
  ({ kind: 'ours', value, low, high }) as const;
const official = (value: number) => ({ kind: 'official', value, low: null, high: null }) as const;

export const forestExamples: ChartExamples = {
  name: 'forest',
  title: 'Forest plots',
  examples: [
    {
      title: 'Published against measured',
      shows:
        'An upright line in a grey band per row; a dot with its interval inside the band, below it, and nothing where nothing was measured.',
      markup: forest([
        ['kd', { reference: 73.33, margin: 0.5, marks: [ours(73.4, 73.2, 73.6)] }, '73.40'],
        ['dkd', { reference: 76.32, margin: 0.5, marks: [ours(74.9, 74.5, 75.3)] }, '74.90'],
        ['ofa', { reference: 74.11, margin: 0.5, marks: [] }, 'not run'],
      ]),
    },
    {
      title: 'Best and last epoch beside an official run',
      shows: 'Two dots above each other and a diamond, which differ without colour.',
      markup: forest([
        [
          'kd+lskd',
          {
            reference: 76.62,
            margin: 0.5,
            marks: [ours(76.9, 76.6, 77.2), ours(76.5, 76.2, 76.8), official(76.62)],
          },
          '76.50',
        ],
      ]),
    },
    {
      title: 'Differences around zero',
      shows: 'Two rows against the line of no difference, without a band.',
      markup: forest([
        ['kd - none', { reference: 0, margin: null, marks: [ours(1.2, 0.7, 1.7)] }, '+1.20'],
        ['at - kd', { reference: 0, margin: null, marks: [ours(-0.4, -1.1, 0.3)] }, '−0.40'],
      ]),
    },
  ],
};
