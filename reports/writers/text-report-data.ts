import type { EnvironmentRow } from '../../results/queries.ts';
import type { TableModel } from '../model/table-model.ts';

/** What a report that is one text is made from. */
export interface TextReport {
  readonly tables: readonly TableModel[];
  readonly environments: readonly EnvironmentRow[];
}
