import { type DuckDBAppender, DuckDBTimestampValue } from '@duckdb/node-api';
import type { Store } from './store.ts';

/** What a column of a bulk insert holds; `null` is allowed in every one of them. */
type ColumnKind = 'text' | 'integer' | 'bigint' | 'double' | 'flag' | 'time';
type CellValue = string | number | boolean | null;

/** Appends rows to a table much faster than INSERT does. Rows become visible with `close`. */
export interface RowAppender {
  add(...values: CellValue[]): void;
  close(): void;
  readonly count: number;
}

/** @param table a table of the current transaction; `columns` are the kinds of its columns, in their order. */
export async function appendTo(
  store: Store,
  table: string,
  columns: readonly ColumnKind[],
  catalog: 'temp' | null = null,
): Promise<RowAppender> {
  const appender = await store.connection.createAppender(table, 'main', catalog);
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(...values) {
      for (let column = 0; column < columns.length; column += 1) {
        appendValue(appender, columns[column] as ColumnKind, values[column] ?? null);
      }
      appender.endRow();
      count += 1;
    },
    close() {
      appender.closeSync();
    },
  };
}

function appendValue(appender: DuckDBAppender, kind: ColumnKind, value: CellValue): void {
  if (value === null) {
    appender.appendNull();
    return;
  }
  switch (kind) {
    case 'text':
      appender.appendVarchar(value as string);
      break;
    case 'integer':
      appender.appendInteger(value as number);
      break;
    case 'bigint':
      appender.appendBigInt(BigInt(value as number));
      break;
    case 'double':
      appender.appendDouble(value as number);
      break;
    case 'flag':
      appender.appendBoolean(value as boolean);
      break;
    case 'time':
      appender.appendTimestamp(
        new DuckDBTimestampValue(BigInt(Date.parse(value as string)) * 1000n),
      );
      break;
  }
}
