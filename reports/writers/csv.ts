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
  return [cellFields.map(({ name }) => name), ...records]
    .map((record) => `${record.map(field).join(',')}\n`)
    .join('');
}

function field(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const line = value.replace(/\p{Cc}+/gu, ' ');
  // A spreadsheet takes a text that begins so for a formula and runs it.
  const text = /^\s*[-=+@]/.test(line) ? `'${line}` : line;
  return /[",]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
