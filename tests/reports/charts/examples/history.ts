import { historyChart } from '../../../../reports/charts/history.ts';
import { type ChartExamples, plot } from './types.ts';

const dayOf = (index: number): string =>
  new Date(Date.UTC(2026, 0, 1 + index)).toISOString().slice(0, 10);

/** Scatter that repeats, in whole hundredths. */
const scatter = (index: number): number => (((index * 7) % 11) - 5) / 25;

const about = { valueLabel: 'Top-1 accuracy (%)', description: 'Accuracy by night' };

export const historyExamples: ChartExamples = {
  name: 'history',
  title: 'Histories of cells',
  examples: [
    {
      title: 'A drop',
      shows: 'Two levels, and between them a dashed upright line with the symbol of a regression.',
      markup: plot(
        historyChart({
          ...about,
          points: Array.from({ length: 30 }, (_, index) => ({
            day: dayOf(index),
            value: (index < 18 ? 73.3 : 71.9) + scatter(index),
            sd: 0.2,
          })),
          levels: [
            { from: 0, n: 18, mean: 73.3 },
            { from: 18, n: 12, mean: 71.9 },
          ],
          changes: [{ at: 18, symbol: '▼' }],
        }),
      ),
    },
    {
      title: 'One seed each night',
      shows: 'Dots without spreads, on one level.',
      markup: plot(
        historyChart({
          ...about,
          points: Array.from({ length: 6 }, (_, index) => ({
            day: dayOf(index),
            value: 73 + scatter(index),
            sd: null,
          })),
          levels: [{ from: 0, n: 6, mean: 73 }],
          changes: [],
        }),
      ),
    },
    {
      title: 'The first night',
      shows: 'One dot on the left with its day below.',
      markup: plot(
        historyChart({
          ...about,
          points: [{ day: dayOf(0), value: 73.1, sd: 0.3 }],
          levels: [],
          changes: [],
        }),
      ),
    },
  ],
};
