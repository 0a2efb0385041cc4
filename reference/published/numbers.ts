import type { Published } from './loader.ts';
import type { Selection } from './types.ts';

/** A published number with its table's context, flat: what a database joins measurements with. */
export interface FlatNumber {
  readonly table: string;
  readonly row: string;
  readonly column: string;
  readonly metric: string;
  readonly value: number;
  readonly error: number | null;
  readonly unit: string;
  readonly decimals: number;
  readonly higherIsBetter: boolean;
  readonly selection: Selection;
  readonly runsAveraged: number | null;
  /** Title of the paper, with its venue and year. */
  readonly paper: string;
  readonly source: string;
  /** `primary`, or `secondary` for what somebody else quotes or ran again: no verdict on the paper rests on it alone. */
  readonly trust: 'primary' | 'secondary';
  readonly dataset: string;
}

/** Every published number in the order of the index, unique by (table, row, column, metric). */
export function flatNumbers(published: Published): readonly FlatNumber[] {
  return published.cells.map((cell) => {
    const { paper } = published.table(cell.table);
    return {
      table: cell.table,
      row: cell.row,
      column: cell.column,
      metric: cell.metric,
      value: cell.value,
      error: cell.sd,
      unit: cell.unit,
      decimals: cell.decimals,
      higherIsBetter: cell.higherIsBetter,
      selection: cell.selection,
      runsAveraged: cell.runsAveraged,
      paper: `${paper.title} (${paper.venue ?? paper.year})`,
      source: cell.source,
      trust: cell.trust === 'primary' ? 'primary' : 'secondary',
      dataset: cell.dataset,
    };
  });
}
