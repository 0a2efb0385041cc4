/* Rows are written by the names of columns: the tables of the code and of the database are one. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Acceptance, storeAcceptances } from '../../results/acceptances.ts';
import { type Columns, kindOfColumn } from '../../results/appender.ts';
import { ingest } from '../../results/ingest.ts';
import { openStore } from '../../results/store.ts';
import { tables } from '../../results/tables.ts';
import { makeJournal, makeSpec, writeJournal } from './builder.ts';
import { temporaryFolder } from './temporary.ts';

async function newStore(t: TestContext, folder = temporaryFolder(t)) {
  const store = await openStore(join(folder, 'results.duckdb'), 'write');
  t.after(() => store.close());
  return store;
}

const kinds: Readonly<Record<string, string>> = {
  VARCHAR: 'text',
  JSON: 'text',
  INTEGER: 'integer',
  BIGINT: 'bigint',
  DOUBLE: 'double',
  BOOLEAN: 'flag',
  TIMESTAMP: 'time',
};

/** Tables that are filled by queries, from the rows of others. */
const computed = ['run_costs', 'schema_migrations', 'selections'];

test('tables of the code have the columns of the migrations: names, kinds, what may be empty', async (t) => {
  const store = await newStore(t);
  const rows = await store.rows<{ table: string; name: string; type: string; empty: boolean }>(
    `SELECT table_name AS "table", column_name AS name, data_type AS type, is_nullable AS empty
       FROM duckdb_columns() JOIN duckdb_tables() USING (table_oid, table_name)
      ORDER BY table_name, column_index`,
  );
  const found = Map.groupBy(rows, ({ table }) => table);
  assert.deepEqual([...found.keys()].sort(), [...Object.keys(tables), ...computed].sort());
  for (const [table, columns] of Object.entries<Columns>(tables)) {
    const own = Object.entries(columns).map(([name, column]) => [
      name,
      kindOfColumn(column),
      column.endsWith('?'),
    ]);
    const stored = found.get(table)?.map(({ name, type, empty }) => [name, kinds[type], empty]);
    assert.deepEqual(own.sort(), stored?.sort(), table);
  }
});

test('a column that was renamed in the database is an error that names it, and nothing is written', async (t) => {
  const workspace = temporaryFolder(t);
  const store = await openStore(join(workspace, 'results.duckdb'), 'write');
  await store.run('ALTER TABLE checkpoints RENAME COLUMN file TO path');
  store.close();
  writeJournal(workspace, makeJournal({ spec: makeSpec(), accuracies: [10] }));
  await assert.rejects(ingest({ workspace }), {
    code: 'STORE_TABLE',
    message: /checkpoints .*has no column file, has a column path that is not known\.$/,
  });
  const mended = await ingest({ workspace, rebuild: true });
  assert.equal(mended.rows.runs, 1);
});

test('values go into the columns of their names, in whatever order the database has them', async (t) => {
  const store = await newStore(t);
  await store.run('DROP TABLE acceptances');
  await store.run(
    'CREATE TABLE acceptances (reason VARCHAR, author VARCHAR, cell VARCHAR, scale VARCHAR, suite VARCHAR, time TIMESTAMP, position INTEGER)',
  );
  const acceptance: Acceptance = {
    schemaVersion: 1,
    time: '2026-01-02T03:04:05.000Z',
    suite: 'quick',
    scale: 'smoke',
    cell: 'KD/a__b/top1',
    author: 'Ada',
    reason: 'a new GPU',
  };
  await storeAcceptances(store, [acceptance]);
  const [row] = await store.rows('SELECT suite, scale, cell, author, reason FROM acceptances');
  const { schemaVersion: _version, time: _time, ...texts } = acceptance;
  assert.deepEqual(row, texts);
});
