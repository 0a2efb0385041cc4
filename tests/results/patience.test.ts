/* Two commands that store at the same time, and what a killed one left. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeTemporaryFolder, removeLeftovers } from '../../common/files.ts';
import { ingest } from '../../results/ingest.ts';
import { makeJournal, makeSpec, writeJournal } from './builder.ts';
import { temporaryFolder } from './temporary.ts';

/** Another process that holds the database for some milliseconds. */
async function holder(file: string, milliseconds: number) {
  const script = `
    import { DuckDBInstance } from '@duckdb/node-api';
    await (await DuckDBInstance.create(${JSON.stringify(file)})).connect();
    console.log('held');
    setTimeout(() => process.exit(), ${milliseconds});`;
  const process_ = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(process_.stdout, 'data');
  return process_;
}

/** The number of a process that lives no more. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

function workspaceOf(t: Parameters<typeof temporaryFolder>[0]) {
  const workspace = temporaryFolder(t);
  writeJournal(workspace, makeJournal({ spec: makeSpec(), accuracies: [50] }));
  return workspace;
}

test('who comes while another command stores waits for it, and says so only after the patience', async (t) => {
  const workspace = workspaceOf(t);
  await ingest({ workspace });
  const file = join(workspace, 'results.duckdb');
  const held = await holder(file, 1500);
  await assert.rejects(ingest({ workspace, patience: 0 }), { code: 'STORE_LOCKED' });
  await assert.rejects(ingest({ workspace, patience: 0, rebuild: true }), { code: 'STORE_LOCKED' });
  await ingest({ workspace, patience: 60 });
  held.kill();
});

test('an ingest clears away what killed commands left, and nothing of those that live', async (t) => {
  const workspace = workspaceOf(t);
  await ingest({ workspace });
  const dead = deadPid();
  const host = hostname();
  const gone = [
    `results.duckdb.${dead}.tmp`,
    `results.duckdb.${dead}.tmp.wal`,
    `.x.json.${host}.${dead}.tmp`,
  ];
  const kept = [
    `results.duckdb.${process.pid}.tmp`,
    `.x.json.${host}.${process.pid}.tmp`,
    `.x.json.another-${host}.${dead}.tmp`,
    `mine.${dead}.tmp`,
  ];
  for (const name of [...gone, ...kept]) writeFileSync(join(workspace, name), '');
  await ingest({ workspace });
  const names = readdirSync(workspace);
  assert.deepEqual(
    gone.filter((name) => names.includes(name)),
    [],
  );
  assert.deepEqual(
    kept.filter((name) => !names.includes(name)),
    [],
  );
  writeFileSync(join(workspace, gone[0] as string), '');
  await ingest({ workspace, rebuild: true });
  assert.ok(!readdirSync(workspace).includes(gone[0] as string));
  removeLeftovers(join(workspace, 'no such folder'));
});

test('a temporary folder that is not there is named, with what to do', (t) => {
  const before = process.env['TMPDIR'];
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  process.env['TMPDIR'] = '/no/such/folder';
  assert.throws(() => makeTemporaryFolder('x-'), {
    code: 'TEMPORARY_FOLDER',
    permanent: true,
    message: /temporary folder \/no\/such\/folder: ENOENT/,
    hint: /TMPDIR/,
  });
});
