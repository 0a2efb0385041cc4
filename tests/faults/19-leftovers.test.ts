/*
 * Fault 19: what commands leave when they are killed goes with the next one; at 100 random moments:
 * tests/long/kills.test.ts.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeTemporaryFolder, writeFileAtomic } from '../../common/files.ts';
import { writeSite } from '../../reports/site-writer.ts';
import { exportTables } from '../../reports/writers/export.ts';
import { ingest } from '../../results/ingest.ts';
import { databaseFile } from '../../results/workspace.ts';
import { temporaryFolder } from '../results/temporary.ts';

/** The number of a process that has certainly ended. */
const dead = spawnSync('true').pid;
const leftover = (name: string, pid = dead, host = hostname()) => `.${name}.${host}.${pid}.tmp`;
/** Markers of a report, as they are in every report. */
const page = ['redistill-report.json', '{}'] as const;

test('a file that is written takes away what its killed writers left, and nothing of others', (t) => {
  const folder = temporaryFolder(t);
  const kept = [
    leftover('b.json'),
    leftover('a.json', process.ppid),
    leftover('a.json', dead, 'elsewhere'),
  ];
  for (const name of [leftover('a.json'), ...kept]) writeFileSync(join(folder, name), 'half');
  writeFileAtomic(join(folder, 'a.json'), 'whole');
  assert.deepEqual(readdirSync(folder).sort(), [...kept, 'a.json'].sort());
});

test('a report takes away the halves of killed writers', async (t) => {
  const folder = temporaryFolder(t);
  const out = join(folder, 'out');
  await writeSite(out, [page]);
  for (const what of ['new', 'old']) {
    mkdirSync(join(folder, leftover(`out.${what}`), 'cells'), { recursive: true });
  }
  await writeSite(out, [page, ['index.html', 'new']]);
  assert.deepEqual(readdirSync(folder), ['out']);
  assert.equal(readFileSync(join(out, 'index.html'), 'utf8'), 'new');
});

test('a report whose writer was killed between two renames comes back, even where the next writer fails', async (t) => {
  const folder = temporaryFolder(t);
  const out = join(folder, 'out');
  const old = join(folder, leftover('out.old'));
  mkdirSync(old);
  writeFileSync(join(old, page[0]), page[1]);
  writeFileSync(join(old, 'index.html'), 'old');
  async function* failing() {
    yield page;
    throw new Error('no more pages');
  }
  await assert.rejects(writeSite(out, failing()), /no more pages/);
  assert.equal(readFileSync(join(out, 'index.html'), 'utf8'), 'old');
  assert.deepEqual(readdirSync(folder), ['out']);
});

test('an export takes away the halves of killed ones', async (t) => {
  const workspace = temporaryFolder(t);
  await ingest({ workspace });
  const out = join(workspace, 'tables');
  mkdirSync(out);
  for (const name of ['runs.csv', 'gone.csv']) writeFileSync(join(out, leftover(name)), 'half');
  await exportTables(databaseFile(workspace), { format: 'csv', out });
  assert.deepEqual(
    readdirSync(out).filter((name) => name.startsWith('.')),
    [],
  );
});

test('temporary folders of killed processes go with the next one that makes one', (t) => {
  const folder = temporaryFolder(t);
  const place = (name: string) => join(folder, name);
  const kept = [
    `redistill-graph-${hostname()}-${process.ppid}-abcdef`,
    `redistill-graph-elsewhere-${dead}-abcdef`,
    `other-graph-${hostname()}-${dead}-abcdef`,
    'redistill-graph-abcdef',
  ];
  const gone = [
    `redistill-graph-${hostname()}-${dead}-abcdef`,
    `redistill-snapshot-${hostname()}-${dead}-ABC123`,
  ];
  for (const name of [...kept, ...gone]) mkdirSync(join(place(name), 'inner'), { recursive: true });
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  t.after(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  });
  const made = makeTemporaryFolder('redistill-graph-');
  assert.ok(existsSync(made));
  for (const name of kept) assert.ok(existsSync(place(name)), name);
  for (const name of gone) assert.ok(!existsSync(place(name)), name);
});
