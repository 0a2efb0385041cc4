import type { DuckDBConnection } from '@duckdb/node-api';

/** Values that a query may be given, as `$1`, `$2`, ... */
export type Parameter = string | number | boolean | null;

/** An open database. Queries never build SQL from data: values go in as parameters. */
export interface Store {
  readonly file: string;
  readonly connection: DuckDBConnection;
  /**
   * All rows of a query, as plain objects; BIGINT arrives as bigint, so queries cast counts to
   * INTEGER.
   */
  rows<Row>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]>;
  run(sql: string, parameters?: readonly Parameter[]): Promise<void>;
  /** Runs `work` in a transaction: everything or nothing is kept. */
  transaction<Result>(work: () => Promise<Result>): Promise<Result>;
  close(): void;
}
