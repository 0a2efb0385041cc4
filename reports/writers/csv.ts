import { csvLine } from '../../common/csv.ts';
import { cellFields, cellRecord } from '../judgement/cell-record.ts';
import type { TextReport } from './text-report-data.ts';

/**
 * A line per cell and metric, under a line of names: for spreadsheets and scripts. Quoted as RFC
 * 4180 says, a record on one line. Numbers have a point and no grouping, and keep every digit; what
 * is not known is empty. Pure.
 */
export function reportCsv({ tables, environments }: TextReport): string {
  const records = tables.flatMap((table) =>
    table.cells.map((cell) => cellRecord({ table, cell, environments })),
  );
  return [cellFields.map(({ name }) => name), ...records].map(csvLine).join('');
}
