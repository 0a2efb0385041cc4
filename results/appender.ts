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
import { InfrastructureError } from '../common/errors.ts';
import type { Store } from './store-types.ts';

/** What a column holds, and as what code gives it. A time is ISO 8601. */
interface Values {
  readonly text: string;
  readonly integer: number;
  readonly bigint: number;
  readonly double: number;
  readonly flag: boolean;
  readonly time: string;
}

export type ColumnKind = keyof Values;

/** The columns of a table by name, in any order. `?` marks one that may be empty (null). */
export type Columns = Readonly<Record<string, ColumnKind | `${ColumnKind}?`>>;

/** A row of a table with these columns. */
export type RowOf<Table extends Columns> = {
  readonly [Name in keyof Table]: Table[Name] extends `${infer Kind extends ColumnKind}?`
    ? Values[Kind] | null
    : Table[Name] extends ColumnKind
      ? Values[Table[Name]]
      : never;
};

/** Appends rows to a table much faster than INSERT does. Rows become visible with `close`. */
export interface RowAppender<Table extends Columns> {
  add(row: RowOf<Table>): void;
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

export const kindOfColumn = (column: Columns[string]): ColumnKind =>
  column.replace('?', '') as ColumnKind;

/**
 * Rows go over column by column, a chunk at a time: a call into DuckDB for every value costs more
 * than the values.
 *
 * @param table a table of the current transaction
 * @param columns its columns by name; the database knows their order
 * @throws InfrastructureError `STORE_TABLE` where the database has other columns
 */
export async function appendTo<Table extends Columns>(
  store: Store,
  table: string,
  columns: Table,
  catalog: 'temp' | null = null,
): Promise<RowAppender<Table>> {
  const names = await columnNames(store, table, columns);
  const kinds = names.map((name) => kindOfColumn(columns[name] as Columns[string]));
  const appender = await store.connection.createAppender(table, 'main', catalog);
  const pending: DuckDBValue[][] = names.map(() => []);
  const chunk = DuckDBDataChunk.create(kinds.map((kind) => types[kind]));
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
    add(row) {
      for (let index = 0; index < names.length; index += 1) {
        const value = row[names[index] as string] ?? null;
        (pending[index] as DuckDBValue[]).push(convert(kinds[index] as ColumnKind, value));
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

/** The columns of a table in the database's order. */
async function columnNames(
  store: Store,
  table: string,
  columns: Columns,
): Promise<readonly string[]> {
  const reader = await store.connection.runAndReadAll(`SELECT * FROM ${table} LIMIT 0`);
  const names = reader.columnNames();
  const missing = Object.keys(columns).filter((name) => !names.includes(name));
  const unknown = names.filter((name) => !Object.hasOwn(columns, name));
  if (missing.length === 0 && unknown.length === 0) return names;
  const parts = [
    ...missing.map((name) => `has no column ${name}`),
    ...unknown.map((name) => `has a column ${name} that is not known`),
  ];
  throw new InfrastructureError(
    'STORE_TABLE',
    `The table ${table} of ${store.file} ${parts.join(', ')}.`,
    {
      hint: 'Somebody changed the database by hand: "redistill ingest --rebuild" makes it again from the journals.',
    },
  );
}

function convert(kind: ColumnKind, value: string | number | boolean | null): DuckDBValue {
  if (value === null) return null;
  if (kind === 'bigint') return BigInt(value);
  if (kind === 'time') return new DuckDBTimestampValue(BigInt(Date.parse(String(value))) * 1000n);
  return value;
}
