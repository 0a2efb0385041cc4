import { forestExamples } from './forest.ts';
import { historyExamples } from './history.ts';
import { learningCurveExamples } from './learning-curves.ts';
import { precisionRecallExamples } from './precision-recall.ts';
import { stripExamples } from './strip.ts';
import type { ChartExamples } from './types.ts';
import { verdictMapExamples } from './verdict-map.ts';

/** The examples of every chart of the report. */
export const chartExamples: readonly ChartExamples[] = [
  learningCurveExamples,
  forestExamples,
  historyExamples,
  precisionRecallExamples,
  stripExamples,
  verdictMapExamples,
];
