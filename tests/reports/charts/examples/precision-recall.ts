import { lineStyle } from '../../../../reports/charts/frame.ts';
import { precisionRecall } from '../../../../reports/charts/precision-recall.ts';
import { type ChartExamples, plot } from './types.ts';

/** Precision that falls by steps; not defined behind the last recall. */
const falling = (last: number, slope: number) =>
  Array.from({ length: 101 }, (_, recall) =>
    recall > last ? null : 100 - slope * Math.floor(recall / 4),
  );

export const precisionRecallExamples: ChartExamples = {
  name: 'precision-recall',
  title: 'Precision over recall',
  examples: [
    {
      title: 'Three thresholds',
      shows: 'Lines end where no precision is defined; both axes run from 0 to 100.',
      markup: plot(
        precisionRecall({
          description: 'Precision over recall at three thresholds',
          lines: [falling(100, 2), falling(72, 4), falling(30, 9)].map((precision, index) => ({
            ...lineStyle(index),
            precision,
          })),
        }),
      ),
    },
    {
      title: 'Nothing found',
      shows: 'The empty field with its axes.',
      markup: plot(
        precisionRecall({
          description: 'No precision is defined',
          lines: [{ ...lineStyle(0), precision: falling(-1, 0) }],
        }),
      ),
    },
  ],
};
