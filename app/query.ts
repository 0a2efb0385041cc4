import { UsageError } from '../common/errors.ts';
import { completeEffects, type Effects, type WorkspaceOption, workspaceOf } from './effects.ts';

export interface QueryOptions extends WorkspaceOption {
  /** One statement of DuckDB's SQL; it can only read. */
  readonly sql: string;
}

/** A value as JSON has it: times are ISO 8601 UTC, what is no finite number is null. */
export type QueryValue = string | number | boolean | null | readonly QueryValue[];

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly QueryValue[])[];
}

/**
 * Asks `results.duckdb` a question in SQL. Nothing is written, and no other file is read, whatever
 * the statement says.
 *
 * @example
 * ```ts
 * import { query } from 'redistill';
 *
 * const { rows } = await query({
 *   workspace: '/tmp/redistill',
 *   sql: 'SELECT cell, verdict FROM report.verdicts',
 * });
 * for (const [cell, verdict] of rows) console.log(cell, verdict);
 * ```
 *
 * @throws UsageError `QUERY_SQL` for a text that is not one question, and with what DuckDB says of
 *   it; RedistillError `STORE_MISSING`; InfrastructureError `STORE_LOCKED`
 */
export async function query(
  options: QueryOptions,
  effects: Partial<Effects> = {},
): Promise<QueryResult> {
  const [{ openStore }, { ask }, { databaseFile }] = await Promise.all([
    import('../results/store.ts'),
    import('../results/ask.ts'),
    import('../results/workspace.ts'),
  ]);
  const store = await openStore(
    databaseFile(workspaceOf(options, completeEffects(effects))),
    'read',
  );
  try {
    const reader = await ask(store.connection, options.sql);
    return {
      columns: reader.columnNames(),
      rows: reader.getRowsJS().map((row) => row.map(plainValue)),
    };
  } catch (cause) {
    throw cause instanceof UsageError ? cause : refused(cause);
  } finally {
    store.close();
  }
}

function refused(cause: unknown): UsageError {
  const [said = ''] = String((cause as Error).message)
    .replace(/^Failed to extract statements: /, '')
    .split('\n', 1);
  return new UsageError('QUERY_SQL', `DuckDB refuses the statement: ${said}`, {
    hint: 'docs/database.md lists tables, views and columns; so does: redistill query "FROM duckdb_columns()".',
    cause,
  });
}

function plainValue(value: unknown): QueryValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plainValue);
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? Number(part) : part));
}
