import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeLeftovers, unfinishedName, writeError } from '../../common/files.ts';
import { appendTo } from '../../results/appender.ts';
import { environments as allEnvironments, plans } from '../../results/queries.ts';
import { openStore } from '../../results/store.ts';
import type { Store } from '../../results/store-types.ts';
import { cellFields } from '../judgement/cell-record.ts';
import { readPlanData } from '../model/plan-data.ts';
import { tableModel } from '../model/table-model.ts';

export type ExportFormat = 'parquet' | 'csv';

export interface ExportedFile {
  /** Name within the folder: that of the table with the format's ending. */
  readonly file: string;
  readonly rows: number;
}

/**
 * Tables that say how the database was made, not what was measured; and the stored verdicts, which
 * are exported by the rules of now.
 */
const internal = ['schema_migrations', 'inputs', 'judgements', 'judged_cells', 'judged_pairs'];

/**
 * Writes every table of a database, and the verdicts that reports draw from them, as files that
 * other programs read. Each file is complete when it has its name; equal databases give equal rows
 * in an equal order. In CSV a text that a spreadsheet would run as a formula has an apostrophe in
 * front; Parquet has every text as it is.
 *
 * @param database path of `results.duckdb`, opened for reading only.
 * @param options.out folder of the files; made where it is missing, files of the same name are
 *   replaced.
 * @throws RedistillError `STORE_MISSING`; InfrastructureError `STORE_LOCKED`, `FILE_WRITE`.
 */
export async function exportTables(
  database: string,
  options: { readonly format: ExportFormat; readonly out: string },
): Promise<readonly ExportedFile[]> {
  const store = await openStore(database, 'read');
  try {
    await makeVerdicts(store);
    const own = await store.rows<{ name: string }>(
      `SELECT table_name AS name FROM duckdb_tables() WHERE NOT internal AND NOT temporary ORDER BY table_name`,
    );
    const tables = own.map(({ name }) => name).filter((name) => !internal.includes(name));
    const files: ExportedFile[] = [];
    removeLeftovers(options.out);
    for (const table of ['verdicts', ...tables]) files.push(await copy(store, table, options));
    return files;
  } finally {
    store.close();
  }
}

async function copy(
  store: Store,
  table: string,
  { format, out }: { readonly format: ExportFormat; readonly out: string },
): Promise<ExportedFile> {
  const file = `${table}.${format}`;
  const temporary = join(out, unfinishedName(file));
  const options = format === 'parquet' ? 'FORMAT parquet, COMPRESSION zstd' : 'FORMAT csv, HEADER';
  const columns = format === 'parquet' ? '*' : await columnsOfText(store, table);
  try {
    mkdirSync(out, { recursive: true });
    // Neither the name of a table nor a path can be a parameter here; the tables are the schema's
    // own.
    const rows = await store.rows<{ Count: bigint }>(
      `COPY (SELECT ${columns} FROM (SELECT * FROM ${table} ORDER BY ALL)) TO '${temporary.replaceAll("'", "''")}' (${options})`,
    );
    renameSync(temporary, join(out, file));
    return { file, rows: Number(rows[0]?.Count ?? 0) };
  } catch (cause) {
    throw writeError(join(out, file), cause);
  } finally {
    if (existsSync(temporary)) rmSync(temporary, { force: true });
  }
}

/**
 * The columns of a table for a spreadsheet, which takes a text that begins with one of these signs
 * for a formula and runs it: an apostrophe in front makes it a text. Numbers have columns of their
 * own and are untouched.
 */
async function columnsOfText(store: Store, table: string): Promise<string> {
  const columns = await store.rows<{ name: string; type: string }>(
    `SELECT column_name AS name, data_type AS type FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = $1 ORDER BY column_index`,
    [table],
  );
  return columns
    .map(({ name, type }) =>
      type === 'VARCHAR'
        ? `CASE WHEN regexp_matches("${name}", '^[-=+@\\t\\r]') THEN '''' || "${name}" ELSE "${name}" END AS "${name}"`
        : `"${name}"`,
    )
    .join(', ');
}

/**
 * A row per cell, in a table that lives as long as the connection.
 */
async function makeVerdicts(store: Store): Promise<void> {
  const types = { text: 'VARCHAR', double: 'DOUBLE', integer: 'INTEGER' } as const;
  const columns = cellFields.map(({ name, kind }) => `${name} ${types[kind]}`);
  await store.run(`CREATE TEMP TABLE verdicts (${columns.join(', ')})`);
  const kinds = Object.fromEntries(cellFields.map(({ name, kind }) => [name, `${kind}?` as const]));
  const appender = await appendTo(store, 'verdicts', kinds, 'temp');
  const environments = await allEnvironments(store);
  for (const plan of await plans(store)) {
    const table = tableModel(await readPlanData(store, plan));
    for (const cell of table.cells) {
      const place = { table, cell, environments };
      appender.add(Object.fromEntries(cellFields.map((field) => [field.name, field.value(place)])));
    }
  }
  appender.close();
}
