/*
 * Fault 2: a kill between a checkpoint's write and the commit of its row, and after the commit:
 * exactly one row.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { makeJournal, makeSpec, writeJournal } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

const cli = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const preload = new URL('./fixtures/kill-at-commit.mjs', import.meta.url).href;

function ingest(workspace: string, killAt?: 'before' | 'after') {
  const preloaded = killAt === undefined ? [] : ['--import', preload];
  return spawnSync(
    process.execPath,
    ['--no-warnings', ...preloaded, cli, 'ingest', '--workspace', workspace],
    { encoding: 'utf8', env: { ...process.env, KILL_AT: killAt ?? '' } },
  );
}

async function counts(workspace: string) {
  const store = await openStore(databaseFile(workspace), 'write');
  try {
    const [row] = await store.rows(`SELECT
      (SELECT count(*)::INTEGER FROM runs) AS runs,
      (SELECT count(*)::INTEGER FROM epochs) AS epochs,
      (SELECT count(*)::INTEGER FROM checkpoints) AS checkpoints`);
    return row;
  } finally {
    store.close();
  }
}

const none = { runs: 0, epochs: 0, checkpoints: 0 };
const whole = { runs: 1, epochs: 3, checkpoints: 3 };

for (const [when, killAt, left] of [
  ['killed before the commit', 'before', none],
  ['killed after the commit', 'after', whole],
] as const) {
  test(`${when}, then asked again: every row once`, async (t) => {
    const workspace = temporaryFolder(t);
    writeJournal(workspace, makeJournal({ spec: makeSpec(), accuracies: [10, 20, 30] }));
    const killed = ingest(workspace, killAt);
    assert.equal(killed.signal, 'SIGKILL', killed.stderr);
    assert.deepEqual(await counts(workspace), left);
    for (let again = 0; again < 2; again += 1) {
      const { status, stderr } = ingest(workspace);
      assert.equal(status, 0, stderr);
      assert.deepEqual(await counts(workspace), whole);
    }
  });
}
