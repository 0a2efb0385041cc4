import type { MetricValue } from './journal-types.ts';
import type { Task } from './spec.ts';

/**
 * The metric that progress, gates and summaries of a task speak of: of split `test`, in percent,
 * after every epoch.
 */
export interface Headline {
  /** Its name in journals and suites: `top1`. */
  readonly metric: string;
  /** Its name in sentences: `top-1`. */
  readonly label: string;
}

export const headlines: Readonly<Record<Task, Headline>> = {
  classification: { metric: 'top1', label: 'top-1' },
  detection: { metric: 'AP', label: 'AP' },
  segmentation: { metric: 'mIoU', label: 'mIoU' },
};

/** The headline's value in percent; undefined where it was not measured. */
export function headlineOf(
  task: Task,
  metrics: readonly MetricValue[] | undefined,
): number | undefined {
  const { metric } = headlines[task];
  return metrics?.find(({ name, split }) => name === metric && split === 'test')?.value;
}
