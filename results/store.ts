import { existsSync } from 'node:fs';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { InfrastructureError, RedistillError } from '../common/errors.ts';
import { checkSchema, migrate } from './migrate.ts';

/** Values that a query may be given, as `$1`, `$2`, ... */
export type Parameter = string | number | boolean | null;

/** An open database. Queries never build SQL from data: values go in as parameters. */
export interface Store {
  readonly file: string;
  readonly connection: DuckDBConnection;
  /** All rows of a query, as plain objects; BIGINT arrives as bigint, so queries cast counts to INTEGER. */
  rows<Row>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]>;
  run(sql: string, parameters?: readonly Parameter[]): Promise<void>;
  /** Runs `work` in a transaction: everything or nothing is kept. */
  transaction<Result>(work: () => Promise<Result>): Promise<Result>;
  close(): void;
}

/** Where the database of a workspace lies. */
export const databaseName = 'results.duckdb';

/**
 * Opens a database: `write` creates it where it is missing and migrates an older schema; `read` does neither, and
 * several readers may have it open at a time.
 *
 * @throws InfrastructureError `STORE_LOCKED` naming the process that holds the file;
 *   `STORE_UNREADABLE` where the file is not a database or is damaged.
 * @throws RedistillError `STORE_MISSING`, `STORE_SCHEMA_NEWER`, `STORE_SCHEMA_OLDER` (reading only).
 */
export async function openStore(file: string, mode: 'read' | 'write'): Promise<Store> {
  if (mode === 'read' && !existsSync(file)) {
    throw new RedistillError('STORE_MISSING', `There is no database at ${file}.`, {
      hint: 'Run "redistill ingest" (or "redistill run") in that workspace first.',
    });
  }
  const instance = await openInstance(file, mode);
  const connection = await instance.connect();
  const store = asStore(file, instance, connection);
  try {
    if (mode === 'write') await migrate(store);
    else await checkSchema(store);
  } catch (cause) {
    store.close();
    throw cause;
  }
  return store;
}

async function openInstance(file: string, mode: 'read' | 'write'): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(file, {
      access_mode: mode === 'read' ? 'READ_ONLY' : 'READ_WRITE',
      // Nothing is downloaded and nothing but the database file is touched, whatever a query says.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      // Sums of doubles depend on how rows are split among threads; a report must not.
      threads: '1',
    });
  } catch (cause) {
    throw openError(file, cause);
  }
}

/** The sentence for a database that cannot be opened: who holds it, or what is wrong with the file. */
function openError(file: string, cause: unknown): InfrastructureError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/lock|Unique file handle conflict|already (open|attached)/i.test(message)) {
    const holder = /\(PID (\d+)\)/.exec(message)?.[1];
    const who = holder === undefined ? 'another connection' : `process ${holder}`;
    return new InfrastructureError('STORE_LOCKED', `The database ${file} is in use by ${who}.`, {
      hint: 'Only one process writes at a time: wait until it has finished, then run the same command again.',
      cause,
    });
  }
  return new InfrastructureError(
    'STORE_UNREADABLE',
    `The database ${file} cannot be opened: ${message.split('\n')[0]}`,
    {
      hint: 'The journals under runs/ are the source of truth: "redistill ingest --rebuild" makes it again.',
      cause,
    },
  );
}

function asStore(file: string, instance: DuckDBInstance, connection: DuckDBConnection): Store {
  const run = async (sql: string, parameters: readonly Parameter[] = []) => {
    await connection.run(sql, [...parameters] as DuckDBValue[]);
  };
  return {
    file,
    connection,
    run,
    async rows<Row>(sql: string, parameters: readonly Parameter[] = []) {
      const reader = await connection.runAndReadAll(sql, [...parameters] as DuckDBValue[]);
      return reader.getRowObjectsJS() as Row[];
    },
    async transaction(work) {
      await run('BEGIN TRANSACTION');
      try {
        const result = await work();
        await run('COMMIT');
        return result;
      } catch (cause) {
        await run('ROLLBACK');
        throw cause;
      }
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
