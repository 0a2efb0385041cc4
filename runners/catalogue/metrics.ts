import type { Task } from '../../contract/spec.ts';
import { cocoMetricNames } from '../metrics/coco/summary.ts';
import type { TaskMetrics } from '../tasks/task-metrics.ts';
import { denseWordsOf } from './dense-networks.ts';

/** Answers counted by the metric `top5`. */
const answers = 5;

const masksBegin = 'mask';

const maskNames = cocoMetricNames.map((name) => `${masksBegin}${name}`);

/** One line per task. */
export const taskMetrics: Readonly<Record<Task, TaskMetrics>> = {
  classification: {
    names: ['top1', 'top5', 'loss'],
    ofClasses: [],
    lacks: (metric, _, { classes }) =>
      metric === 'top5' && classes !== undefined && classes <= answers
        ? `the data set has ${classes} classes, so that any ${answers} answers hold the right one`
        : null,
  },
  detection: {
    names: [...cocoMetricNames, ...maskNames],
    ofClasses: ['AP/', `${masksBegin}AP/`],
    lacks(metric, network, { objects }) {
      if (objects?.length === 0) return 'the data set has no annotated objects';
      const words = denseWordsOf(network);
      if (metric.startsWith(masksBegin) && words !== undefined && words.masks !== true) {
        return `${network} finds boxes and no masks`;
      }
      return unknownClass(metric, objects);
    },
  },
  segmentation: {
    names: ['mIoU', 'aAcc', 'mAcc', 'mDice'],
    ofClasses: ['IoU/'],
    lacks: (metric, _, { labels }) =>
      labels?.length === 0 ? 'the data set has no label maps' : unknownClass(metric, labels),
  },
};

function unknownClass(metric: string, classes: readonly string[] | undefined): string | null {
  const [, name] = /^[^/]*\/(.*)$/s.exec(metric) ?? [];
  if (name === undefined || classes === undefined || classes.includes(name)) return null;
  return `the data set has no class "${name}"; it has: ${classes.join(', ')}`;
}
