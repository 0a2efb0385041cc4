import { numberKey } from '../../suites/coverage.ts';
import type { TableModel } from './table-model.ts';

/** Published numbers with a value of their metric from a completed training at scale `paper`. */
export function measuredNumbers(tables: readonly TableModel[]): ReadonlySet<string> {
  return new Set(
    tables
      .filter(({ plan }) => plan.scale === 'paper')
      .flatMap(({ cells }) => cells)
      .flatMap(({ row, trials }) =>
        row.published !== null && trials.some(({ counted }) => counted)
          ? [numberKey({ ...row.published, metric: row.metric })]
          : [],
      ),
  );
}
