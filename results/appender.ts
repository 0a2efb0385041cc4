import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  INTEGER,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api';
import type { Store } from './store-types.ts';

/** The kind of a column of a bulk insert; every column may hold null. */
type ColumnKind = 'text' | 'integer' | 'bigint' | 'double' | 'flag' | 'time';
type CellValue = string | number | boolean | null;

/** Appends rows to a table much faster than INSERT does. Rows become visible with `close`. */
export interface RowAppender {
  add(...values: CellValue[]): void;
  close(): void;
  readonly count: number;
}

/** Rows of a chunk: DuckDB's own vector size, the most that one may hold. */
const chunkRows = 2048;

const types: Readonly<Record<ColumnKind, DuckDBType>> = {
  text: VARCHAR,
  integer: INTEGER,
  bigint: BIGINT,
  double: DOUBLE,
  flag: BOOLEAN,
  time: TIMESTAMP,
};

/**
 * Rows go over column by column, a chunk at a time: a call into DuckDB for every value costs more
 * than the values.
 *
 * @param table a table of the current transaction; `columns` are the kinds of its columns, in their
 *   order.
 */
export async function appendTo(
  store: Store,
  table: string,
  columns: readonly ColumnKind[],
  catalog: 'temp' | null = null,
): Promise<RowAppender> {
  const appender = await store.connection.createAppender(table, 'main', catalog);
  const pending: DuckDBValue[][] = columns.map(() => []);
  const chunk = DuckDBDataChunk.create(columns.map((kind) => types[kind]));
  let count = 0;
  let rows = 0;
  const flush = () => {
    if (rows === 0) return;
    chunk.reset();
    chunk.rowCount = rows;
    pending.forEach((column, index) => {
      chunk.setColumnValues(index, column);
      column.length = 0;
    });
    appender.appendDataChunk(chunk);
    rows = 0;
  };
  return {
    get count() {
      return count;
    },
    add(...values) {
      for (let index = 0; index < columns.length; index += 1) {
        const value = values[index] ?? null;
        (pending[index] as DuckDBValue[]).push(convert(columns[index] as ColumnKind, value));
      }
      count += 1;
      rows += 1;
      if (rows === chunkRows) flush();
    },
    close() {
      flush();
      appender.closeSync();
    },
  };
}

function convert(kind: ColumnKind, value: CellValue): DuckDBValue {
  if (value === null) return null;
  if (kind === 'bigint') return BigInt(value);
  if (kind === 'time') return new DuckDBTimestampValue(BigInt(Date.parse(String(value))) * 1000n);
  return value;
}
