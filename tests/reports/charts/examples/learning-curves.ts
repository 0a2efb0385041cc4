import { learningCurves, type Series } from '../../../../reports/charts/learning-curves.ts';
import { type ChartExamples, plot } from './types.ts';

/** A curve that rises to a value, in whole steps. @param slowness epochs to half of it */
function rising(label: string, epochs: number, most: number, slowness: number): Series {
  const points = Array.from({ length: epochs }, (_, index) => {
    const epoch = index + 1;
    return { epoch, value: Math.round((1000 * most * epoch) / (epoch + slowness)) / 1000 };
  });
  return { label, points };
}

const accuracy = { valueLabel: 'Top-1 accuracy (%)', description: 'Accuracy by epoch' };

export const learningCurveExamples: ChartExamples = {
  name: 'learning-curves',
  title: 'Learning curves',
  examples: [
    {
      title: 'Few epochs',
      shows: 'Each measurement is a dot; the two lines differ in colour and dashes.',
      markup: plot(
        learningCurves({
          ...accuracy,
          series: [rising('kd', 10, 80, 2), rising('kd+lskd', 10, 84, 3)],
        }),
      ),
    },
    {
      title: 'A whole training beside the published number',
      shows: 'No dots; a dashed level with its label on the left, above the curves.',
      markup: plot(
        learningCurves({
          ...accuracy,
          series: [rising('kd', 240, 76, 20)],
          reference: { value: 73.33, label: 'published 73.33' },
        }),
      ),
    },
    {
      title: 'One epoch',
      shows: 'A dot on the left, in the middle of the height, and an axis around its value.',
      markup: plot(learningCurves({ ...accuracy, series: [rising('none', 1, 50, 1)] })),
    },
    {
      title: 'Nine lines',
      shows: 'Colours begin again at the eighth line, with other dashes.',
      markup: plot(
        learningCurves({
          ...accuracy,
          series: Array.from({ length: 9 }, (_, index) =>
            rising(`seed ${index}`, 60, 90 - 6 * index, 8 + 2 * index),
          ),
        }),
      ),
    },
    {
      title: 'Small and negative values',
      shows: 'Ticks with as many decimals as they need, and a minus sign.',
      markup: plot(
        learningCurves({
          valueLabel: 'Change of the loss',
          description: 'A small loss by epoch',
          series: [
            {
              label: 'loss',
              points: Array.from({ length: 20 }, (_, index) => ({
                epoch: index + 1,
                value: ((index % 5) - 2) / 1000,
              })),
            },
          ],
        }),
      ),
    },
    {
      title: 'No measurement yet',
      shows: 'The empty field with its axes.',
      markup: plot(learningCurves({ ...accuracy, series: [{ label: 'kd', points: [] }] })),
    },
  ],
};
