/*
 * Fault 15: the world around a run: clocks that jump, another locale and time zone, odd folders.
 * HTML and SQL in names: tests/reports/site.test.ts. Fault 17, the report made twice, is the same
 * comparison.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readJournal } from '../../contract/journal.ts';
import type { JournalLine } from '../../contract/journal-types.ts';
import { journalFile, runFolder } from '../../contract/paths.ts';
import { executions } from '../../results/history-queries.ts';
import { ingest } from '../../results/ingest.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { executeLocally } from '../../runners/executors/local/execute.ts';
import { writeSample } from '../reports/sample.ts';
import { makeJournal, makeSpec, writeJournal } from '../results/builder.ts';
import { writeNights } from '../results/nights.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { fakeOptions, fakePlan, fakeTrial } from '../runners/executors/fixtures/fake.ts';

const cli = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

function redistill(
  workspace: string,
  environment: Record<string, string>,
  ...argv: string[]
): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--no-warnings', cli, ...argv, '--workspace', workspace],
    { encoding: 'utf8', env: { ...process.env, ...environment } },
  );
  assert.equal(status, 0, stderr);
  return stdout;
}

/** Every file of a folder, by its path. */
function contents(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort()
      .map((path) => [path.slice(folder.length), readFileSync(path, 'latin1')]),
  );
}

test('time zone, locale and the name of the folder leave no trace in the report', (t) => {
  const root = temporaryFolder(t);
  const here = join(root, 'workspace');
  writeSample(here);
  writeNights(here, [{ day: 0, values: { kd: [70] } }]);
  const there = join(root, `it's "a" 漢字 $(touch owned); & 🙂 workspace`);
  cpSync(here, there, { recursive: true });
  const report = (workspace: string, environment: Record<string, string>) => {
    redistill(workspace, environment, 'ingest');
    redistill(workspace, environment, 'report');
    return contents(join(workspace, 'reports', 'out'));
  };
  const one = report(here, { TZ: 'UTC', LC_ALL: 'C', LANG: 'C' });
  const other = report(there, {
    TZ: 'Pacific/Kiritimati',
    LC_ALL: 'tr_TR.UTF-8',
    LANG: 'tr_TR.UTF-8',
  });
  assert.ok(one.size > 5);
  assert.deepEqual([...other], [...one]);
  // Fault 17: once more, over the same database.
  redistill(here, { TZ: 'America/St_Johns' }, 'report');
  assert.deepEqual([...contents(join(here, 'reports', 'out'))], [...one]);
  assert.deepEqual(
    readdirSync(root).sort(),
    [here, there].map((path) => path.slice(root.length + 1)).sort(),
  );
});

test('a trial is trained, killed and resumed in a folder with quotes, spaces and other letters', async (t) => {
  const workspace = join(temporaryFolder(t), `a 'b' "c" $(d) 漢字 é\u0301`);
  mkdirSync(workspace);
  const trial = fakeTrial('one', { behaviour: 'crashes-once' });
  const [outcome] = await executeLocally(fakePlan([trial]), fakeOptions(workspace));
  assert.equal(outcome?.state, 'completed', outcome?.reason);
  const { lines } = readJournal(journalFile(runFolder(workspace, trial.id, outcome.run as string)));
  assert.equal(lines.filter(({ type }) => type === 'resume').length, 1);
});

/** The lines with a clock that was set back by a year in their middle. */
function setBack(lines: readonly JournalLine[]): JournalLine[] {
  return lines.map((line, index) =>
    index < lines.length / 2 ? line : { ...line, time: line.time.replace('2026', '2025') },
  );
}

test('a clock that is set back within a run neither loses nor doubles anything', async (t) => {
  const workspace = temporaryFolder(t);
  const lines = setBack(makeJournal({ spec: makeSpec(), accuracies: [10, 30, 20] }));
  const path = writeJournal(workspace, lines);
  await ingest({ workspace });
  await ingest({ workspace });
  const store = await openStore(databaseFile(workspace), 'read');
  t.after(() => store.close());
  const [row] = await store.rows(
    `SELECT r.state, r.resumes, (SELECT count(*)::INTEGER FROM epochs) AS epochs,
       (SELECT value FROM metrics WHERE name = 'top1' AND epoch = 3) AS last
     FROM runs r`,
  );
  assert.deepEqual(row, { state: 'completed', resumes: 0, epochs: 3, last: 20 });
  assert.equal(readJournal(path).lines.length, lines.length);
});

test('a night whose clock was set back stands where its time says, and no night is lost', async (t) => {
  const workspace = temporaryFolder(t);
  writeNights(workspace, [
    { day: 5, values: { kd: [70] } },
    { day: 1, values: { kd: [71] } },
    { day: 6, values: { kd: [72] } },
  ]);
  await ingest({ workspace });
  const store = await openStore(databaseFile(workspace), 'read');
  t.after(() => store.close());
  const found = await executions(store);
  assert.deepEqual(
    found.map(({ execution }) => execution.slice(0, 8)),
    ['20260103', '20260107', '20260108'],
  );
});

test('the executor waits by its own looks, not by a clock: a heartbeat from the future or the past kills nobody', async (t) => {
  const workspace = temporaryFolder(t);
  const trial = fakeTrial('one', { behaviour: 'odd-clock', epochMs: 1500 }, { epochs: 4 });
  const [outcome] = await executeLocally(fakePlan([trial]), {
    ...fakeOptions(workspace),
    retries: 0,
    limits: { grace: 1, heartbeat: 5, silence: 60 },
  });
  assert.equal(outcome?.state, 'completed', outcome?.reason);
});
