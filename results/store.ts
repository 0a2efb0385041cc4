import { existsSync } from 'node:fs';
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { InfrastructureError, RedistillError } from '../common/errors.ts';
import { checkSchema, migrate } from './migrate.ts';
import { takeSnapshot } from './snapshot.ts';
import { explained, openError } from './store-errors.ts';
import type { Parameter, Store } from './store-types.ts';

/** Where the database of a workspace lies. */
export const databaseName = 'results.duckdb';

/**
 * Opens a database: `write` creates it where it is missing and migrates an older schema; `read`
 * does neither, and several readers may have it open at a time. Where another process writes, a
 * reader gets a copy of what is committed.
 *
 * @throws InfrastructureError `STORE_LOCKED` naming the process that holds the file (a reader: that
 *   never pauses); `STORE_UNREADABLE` where the file is not a database or is damaged; `FILE_WRITE`
 *   for a full or read-only disk.
 * @throws RedistillError `STORE_MISSING`, `STORE_SCHEMA_NEWER`, `STORE_SCHEMA_OLDER` (reading
 *   only).
 */
export async function openStore(file: string, mode: 'read' | 'write'): Promise<Store> {
  if (mode === 'read' && !existsSync(file)) {
    throw new RedistillError('STORE_MISSING', `There is no database at ${file}.`, {
      hint: 'Run "redistill ingest" (or "redistill run") in that workspace first.',
    });
  }
  const store = await (mode === 'write' ? connect(file, mode) : connectOrCopy(file));
  try {
    if (mode === 'write') await migrate(store);
    else await checkSchema(store);
  } catch (cause) {
    store.close();
    throw cause;
  }
  return store;
}

async function connect(file: string, mode: 'read' | 'write', known = file): Promise<Store> {
  const instance = await openInstance(file, mode);
  return asStore(known, instance, await instance.connect());
}

/**
 * DuckDB lets nobody read while another process writes: then a copy is read, which goes with the
 * store's closing.
 */
async function connectOrCopy(file: string): Promise<Store> {
  try {
    return await connect(file, 'read');
  } catch (cause) {
    if (!(cause instanceof InfrastructureError) || cause.code !== 'STORE_LOCKED') throw cause;
    const snapshot = await takeSnapshot(file);
    if (snapshot === null) throw cause;
    try {
      const store = await connect(snapshot.file, 'read', file);
      const close = () => {
        store.close();
        snapshot.remove();
      };
      return { ...store, close };
    } catch (error) {
      snapshot.remove();
      throw error;
    }
  }
}

async function openInstance(file: string, mode: 'read' | 'write'): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(file, {
      access_mode: mode === 'read' ? 'READ_ONLY' : 'READ_WRITE',
      // No query can download anything or touch a file other than the database.
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      // Sums of doubles depend on how rows are split among threads; a report must not.
      threads: '1',
    });
  } catch (cause) {
    throw openError(file, cause);
  }
}

function asStore(file: string, instance: DuckDBInstance, connection: DuckDBConnection): Store {
  const failed = (cause: unknown): never => {
    throw explained(file, cause);
  };
  const run = async (sql: string, parameters: readonly Parameter[] = []) => {
    await connection.run(sql, [...parameters] as DuckDBValue[]).catch(failed);
  };
  return {
    file,
    connection,
    run,
    async rows<Row>(sql: string, parameters: readonly Parameter[] = []) {
      const values = [...parameters] as DuckDBValue[];
      const reader = await connection.runAndReadAll(sql, values).catch(failed);
      return reader.getRowObjectsJS() as Row[];
    },
    async transaction(work) {
      await run('BEGIN TRANSACTION');
      try {
        const result = await work();
        await run('COMMIT');
        return result;
      } catch (cause) {
        // A commit that failed has rolled back already, and says so; what went wrong first is what
        // counts.
        await run('ROLLBACK').catch(() => {});
        throw explained(file, cause);
      }
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
