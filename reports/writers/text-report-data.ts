import type { EnvironmentRow } from '../../results/queries.ts';
import type { HistoryComparison } from '../history/compare.ts';
import type { HistoryFinding } from '../history/findings.ts';
import type { TableModel } from '../model/table-model.ts';

/** What a report that is one text is made from. */
export interface TextReport {
  readonly tables: readonly TableModel[];
  readonly environments: readonly EnvironmentRow[];
  /** The latest execution beside one's own baseline; null where none was asked for. */
  readonly baseline: Baseline | null;
  /** What `check` finds in the history; empty for formats that have no findings. */
  readonly history: readonly HistoryFinding[];
}

/** What `check --baseline` found, and by which threshold. */
export interface Baseline {
  readonly comparison: HistoryComparison;
  readonly findings: readonly HistoryFinding[];
  readonly threshold: number | undefined;
}
