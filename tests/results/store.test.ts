import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  copyFileSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ingest } from '../../results/ingest.ts';
import { migrate, ownMigrations } from '../../results/migrate.ts';
import { takeSnapshot } from '../../results/snapshot.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { makeJournal, makeSpec, writeJournal } from './builder.ts';
import { temporaryFolder } from './temporary.ts';

/**
 * Starts a process that opens a database for writing, runs `body` on its `store` and stays until it
 * is killed.
 */
async function startWriter(
  file: string,
  body: string,
): Promise<{ pid: number; kill(): Promise<void> }> {
  const store = new URL('../../results/store.ts', import.meta.url).href;
  const script = `
    const { openStore } = await import(${JSON.stringify(store)});
    const store = await openStore(${JSON.stringify(file)}, 'write');
    ${body}
    console.log('ready');
    setInterval(() => {}, 1000);`;
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--no-warnings', '--eval', script],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the writer ended with ${code}`)));
  });
  return {
    pid: child.pid as number,
    kill: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}

test('a second writer and a rebuild are told which process holds the database', async (context) => {
  const workspace = temporaryFolder(context);
  await ingest({ workspace });
  const file = databaseFile(workspace);
  const writer = await startWriter(file, '');
  const refusal = {
    code: 'STORE_LOCKED',
    exitCode: 3,
    message: `The database ${file} is in use by process ${writer.pid}.`,
  };
  try {
    await assert.rejects(ingest({ workspace }), refusal);
    await assert.rejects(ingest({ workspace, rebuild: true }), refusal);
  } finally {
    await writer.kill();
  }
  (await openStore(file, 'write')).close();
});

test('while another process writes, a reader has what is committed, log and all, and leaves no copy behind', async (context) => {
  const workspace = temporaryFolder(context);
  await ingest({ workspace });
  const file = databaseFile(workspace);
  const writer = await startWriter(
    file,
    `await store.run("INSERT INTO suites VALUES ('committed', 'C')");
     await store.run('BEGIN TRANSACTION');
     await store.run("INSERT INTO suites VALUES ('open', 'O')");`,
  );
  context.after(() => writer.kill());
  const { TMPDIR } = process.env;
  process.env['TMPDIR'] = temporaryFolder(context);
  context.after(() => {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
  });
  const store = await openStore(file, 'read');
  assert.equal(store.file, file);
  assert.deepEqual(await store.rows('SELECT suite FROM suites'), [{ suite: 'committed' }]);
  await assert.rejects(store.run("INSERT INTO suites VALUES ('a', 'b')"), /read-only/);
  assert.equal(readdirSync(tmpdir()).length, 1);
  store.close();
  assert.deepEqual(readdirSync(tmpdir()), []);
});

test('a database whose writer never pauses is not copied half', async (context) => {
  const workspace = temporaryFolder(context);
  await ingest({ workspace });
  const file = databaseFile(workspace);
  let writes = 0;
  const snapshot = await takeSnapshot(file, async () => {
    writes += 1;
    writeFileSync(`${file}.wal`, 'x'.repeat(writes));
  });
  assert.equal(snapshot, null);
  assert.ok(writes > 1);
});

test('readers share the database', async (context) => {
  const workspace = temporaryFolder(context);
  await ingest({ workspace });
  const one = await openStore(databaseFile(workspace), 'read');
  const other = await openStore(databaseFile(workspace), 'read');
  await assert.rejects(one.run("INSERT INTO suites VALUES ('a', 'b')"), /read-only/);
  one.close();
  other.close();
});

test('a database whose write-ahead log was torn by a kill reopens with whole transactions', async (context) => {
  const workspace = temporaryFolder(context);
  writeJournal(workspace, makeJournal({ spec: makeSpec(), accuracies: [10] }));
  await ingest({ workspace });
  const file = databaseFile(workspace);
  const writer = await startWriter(
    file,
    `await store.run("INSERT INTO suites VALUES ('first', 'First')");
     await store.run("INSERT INTO suites VALUES ('second', 'Second')");`,
  );
  await writer.kill();
  const whole = statSync(`${file}.wal`).size;
  assert.ok(whole > 0, 'the rows lie in the log');
  for (let lost = 1; lost < whole; lost += 7) {
    const copy = join(workspace, 'copy.duckdb');
    copyFileSync(file, copy);
    copyFileSync(`${file}.wal`, `${copy}.wal`);
    truncateSync(`${copy}.wal`, whole - lost);
    const store = await openStore(copy, 'write');
    const suites = await store.rows<{ suite: string }>('SELECT suite FROM suites ORDER BY suite');
    const runs = await store.rows('SELECT run FROM runs');
    store.close();
    assert.equal(runs.length, 1, `${lost} bytes lost`);
    assert.ok(suites.length < 2, `${lost} bytes lost`);
    if (suites.length === 1) assert.equal(suites[0]?.suite, 'first');
  }
});

test('an ingest that fails midway leaves the database as it was', async (context) => {
  const file = join(temporaryFolder(context), 'results.duckdb');
  const store = await openStore(file, 'write');
  await assert.rejects(
    store.transaction(async () => {
      await store.run("INSERT INTO suites VALUES ('a', 'A')");
      throw new Error('stopped');
    }),
    /stopped/,
  );
  assert.deepEqual(await store.rows('SELECT suite FROM suites'), []);
  store.close();
});

test('an older schema is migrated for a writer and refused for a reader; a newer one is refused for both', async (context) => {
  const file = join(temporaryFolder(context), 'results.duckdb');
  (await openStore(file, 'write')).close();
  const own = ownMigrations();
  const next = {
    version: own.length + 1,
    name: 'next',
    sql: 'ALTER TABLE suites ADD COLUMN paper VARCHAR',
  };
  const store = await openStore(file, 'write');
  await store.run("INSERT INTO suites VALUES ('a', 'A')");
  await migrate(store, [...own, next]);
  assert.deepEqual(await store.rows('SELECT * FROM suites'), [
    { suite: 'a', title: 'A', paper: null },
  ]);
  store.close();
  const bytes = readFileSync(file);
  const refusal = {
    code: 'STORE_SCHEMA_NEWER',
    message: `The database ${file} has schema version ${next.version}; this Redistill knows versions up to ${own.length}.`,
  };
  await assert.rejects(openStore(file, 'write'), refusal);
  await assert.rejects(openStore(file, 'read'), refusal);
  assert.deepEqual(readFileSync(file), bytes, 'a refused database is not touched');
});

test('cells of an older database keep the reason of their scale, and at paper scale were never compared', async (context) => {
  const store = await openStore(join(temporaryFolder(context), 'results.duckdb'), 'write');
  // As it was before the tenth migration.
  await store.run('ALTER TABLE cells DROP COLUMN not_comparable');
  for (const later of ['registered_seeds', 'asked', 'claims'])
    await store.run(`ALTER TABLE plans DROP COLUMN ${later}`);
  await store.run('DELETE FROM schema_migrations WHERE version >= 10');
  for (const [scale, reason] of [
    ['proxy', 'a proxy'],
    ['paper', null],
  ] as const)
    await store.run(`INSERT INTO plans VALUES ('s', $1, 'S', $2, '{}')`, [scale, reason]);
  const cell = (scale: string, id: string, table: string | null) =>
    store.run(
      `INSERT INTO cells VALUES ('s', $1, 0, $2, 'KD', 'kd', 'c', 'top1', $3, 'KD', 'c', NULL, NULL)`,
      [scale, id, table],
    );
  await cell('proxy', 'a', 'lskd-table2');
  await cell('paper', 'b', 'lskd-table2');
  await cell('paper', 'c', null);
  await migrate(store, ownMigrations().slice(0, 10));
  const rows = await store.rows<{ cell: string; reason: string | null }>(
    'SELECT cell, not_comparable AS reason FROM cells ORDER BY cell',
  );
  assert.deepEqual(
    rows.map(({ reason }) => reason?.split(':')[0] ?? null),
    ['a proxy', 'the plan is older than the comparison of protocols', null],
  );
  store.close();
});

test('a reader refuses an empty or missing database', async (context) => {
  const folder = temporaryFolder(context);
  await assert.rejects(openStore(join(folder, 'results.duckdb'), 'read'), {
    code: 'STORE_MISSING',
  });
  const store = await openStore(join(folder, 'old.duckdb'), 'write');
  await store.run('DROP TABLE schema_migrations');
  store.close();
  await assert.rejects(openStore(join(folder, 'old.duckdb'), 'read'), {
    code: 'STORE_SCHEMA_OLDER',
  });
  writeFileSync(join(folder, 'text.duckdb'), 'no database');
  await assert.rejects(openStore(join(folder, 'text.duckdb'), 'read'), {
    code: 'STORE_UNREADABLE',
  });
});
