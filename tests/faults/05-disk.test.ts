/*
 * Fault 5: disk full, read-only output folder, failing fsync. Real disks: a tmpfs, a limit of the
 * kernel, a C library.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { JournalWriter, readJournal } from '../../contract/journal.ts';
import { journalFile, runFolder, runIdOf } from '../../contract/paths.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import { executeLocally, type LocalOptions } from '../../runners/executors/local/execute.ts';
import { makeJournal, makeSpec, writeJournal } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';
import {
  fakeOptions,
  fakePlan,
  fakeTrial,
  fingerprint,
} from '../runners/executors/fixtures/fake.ts';
import { startWorkerWithLog, writeRequest } from '../runners/training/workers.ts';
import { cannotMount, type SmallDisk, smallDisk } from './small-disk.ts';

const noFullDevice = existsSync('/dev/full') ? false : 'there is no /dev/full here';
const epochs = 80;
const longTrial = () => fakeTrial('one', { epochMs: 2 }, { epochs });
const journalOf = (workspace: string, trial: PlannedTrial) =>
  journalFile(runFolder(workspace, trial.id, runIdOf(trial.id, fingerprint, 1)));

/** Runs one trial; `afterEpoch` is called once, when the first epoch was journalled. */
async function run(
  workspace: string,
  trial: PlannedTrial,
  afterEpoch: () => void = () => {},
  overrides: Partial<LocalOptions> = {},
) {
  let called = false;
  const [outcome] = await executeLocally(fakePlan([trial]), {
    ...fakeOptions(workspace),
    retries: 0,
    ...overrides,
    listener: (event) => {
      if (event.type !== 'message' || event.message.type !== 'epoch' || called) return;
      called = true;
      afterEpoch();
    },
  });
  assert.ok(outcome);
  return outcome;
}

/**
 * What must be true after the disk is well again: the trial goes on and its journal is whole, every
 * epoch once.
 */
async function goesOn(workspace: string, trial: PlannedTrial): Promise<void> {
  const { lines } = readJournal(journalOf(workspace, trial));
  assert.ok(
    lines.some((line) => line.type === 'epoch'),
    'what was journalled before is kept',
  );
  assert.equal((await run(workspace, trial)).state, 'completed');
  const { lines: after, tornBytes } = readJournal(journalOf(workspace, trial));
  assert.equal(tornBytes, 0);
  assert.deepEqual(
    after.flatMap((line) => (line.type === 'epoch' ? [line.epoch] : [])),
    Array.from({ length: epochs }, (_, index) => index + 1),
  );
}

/** Takes all the space that is left but `spare` bytes. */
function fill(disk: SmallDisk, spare = 0): void {
  const { bavail, bsize } = statfsSync(disk.outside);
  writeFileSync(join(disk.outside, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - spare)));
}

const free = (disk: SmallDisk) => rmSync(join(disk.outside, 'filler'));

test('a disk that fills up ends the trial as infrastructure, by path, and it goes on', {
  skip: cannotMount,
}, async (t) => {
  const disk = await smallDisk(t, 512);
  const trial = longTrial();
  const outcome = await run(disk.outside, trial, () => fill(disk));
  assert.equal(outcome.state, 'infrastructure');
  assert.match(outcome.reason, /Cannot write .*\/journal\.jsonl: the disk is full\./);
  free(disk);
  await goesOn(disk.outside, trial);
});

test('a log that takes no word changes no end', { skip: noFullDevice }, async (t) => {
  const request = await writeRequest(join(temporaryFolder(t), 'gpu'), { device: 'gpu' });
  const log = createWriteStream('/dev/full', { fd: openSync('/dev/full', 'w') });
  t.after(() => log.destroy());
  const { exitCode, stdout } = await startWorkerWithLog(log, request);
  assert.match(stdout, /"type":"end".*GPU_MISSING/);
  assert.equal(exitCode, 3);
});

test('a disk that was full before anything began is told as such', {
  skip: cannotMount,
}, async (t) => {
  const disk = await smallDisk(t, 64);
  fill(disk);
  const outcome = await run(disk.outside, longTrial());
  assert.equal(outcome.state, 'infrastructure');
  assert.match(outcome.reason, /Cannot write .*: the disk is full\. Free space or/);
});

test('a read-only file system is told by path, and the trial goes on once it can', {
  skip: cannotMount,
}, async (t) => {
  const disk = await smallDisk(t, 512);
  const trial = longTrial();
  const stop = new AbortController();
  const first = await run(disk.outside, trial, () => stop.abort(), { signal: stop.signal });
  assert.equal(first.state, 'cancelled');
  await disk.makeReadOnly();
  const outcome = await run(disk.outside, trial);
  assert.equal(outcome.state, 'infrastructure');
  assert.match(outcome.reason, /Cannot write .*\/lock: the file system is read-only\./);
  await disk.makeWritable();
  await goesOn(disk.outside, trial);
});

test('a file that may not grow (ulimit -f) is told by path, and the trial goes on', async (t) => {
  const workspace = temporaryFolder(t);
  const trial = longTrial();
  const { command } = fakeOptions(workspace);
  const limited = 'ulimit -f 8; exec "$@"';
  const outcome = await run(workspace, trial, undefined, {
    command: {
      ...command,
      file: 'bash',
      args: ['-c', limited, 'bash', command.file, ...command.args],
    },
  });
  assert.equal(outcome.state, 'infrastructure');
  assert.match(
    outcome.reason,
    /Cannot write .*\/journal\.jsonl: the file would be larger than .*ulimit/,
  );
  await goesOn(workspace, trial);
});

test('an fsync that fails ends the trial: what was not synced is not claimed', async (t) => {
  const workspace = temporaryFolder(t);
  // The loader takes a space for the end of a name.
  const folder = mkdtempSync(join(tmpdir(), 'redistill-fsync-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const library = join(folder, 'failing-fsync.so');
  const source = fileURLToPath(new URL('./fixtures/failing-fsync.c', import.meta.url));
  const compiled = spawnSync('cc', ['-shared', '-fPIC', '-o', library, source], {
    encoding: 'utf8',
  });
  if (compiled.status !== 0) return t.skip('there is no C compiler here (cc)');
  const trial = longTrial();
  const { command } = fakeOptions(workspace);
  const environment = { LD_PRELOAD: library, FSYNCS: '10' };
  const outcome = await run(workspace, trial, undefined, { command: { ...command, environment } });
  assert.equal(outcome.state, 'infrastructure');
  assert.match(
    outcome.reason,
    /Cannot write .*\/journal\.jsonl: the device reported an input\/output error/,
  );
  // The folder's entry, header, start and seven epochs were synced; the eighth was not.
  const { lines } = readJournal(journalOf(workspace, trial));
  assert.equal(lines.at(-1)?.type, 'epoch');
  assert.equal(lines.length, 9);
  await goesOn(workspace, trial);
});

test('a line that only half fits is taken back, and the next one stands where it began', {
  skip: cannotMount,
}, async (t) => {
  const disk = await smallDisk(t, 64);
  const path = join(disk.outside, 'journal.jsonl');
  const { writer } = JournalWriter.open(path, () => '2026-01-02T03:04:05.678Z');
  writer.append({ type: 'event', kind: 'first', message: 'fits' });
  fill(disk);
  const long = { type: 'event', kind: 'long', message: 'x'.repeat(8000) } as const;
  assert.throws(() => writer.append(long), { code: 'FILE_WRITE' });
  writer.append({ type: 'event', kind: 'short', message: 'fits into what the page has left' });
  writer.close();
  const kinds = readJournal(path).lines.map((line) => line.type === 'event' && line.kind);
  assert.deepEqual(kinds, ['first', 'short']);
});

/** The command line among the processes that see the disk. */
function redistill(disk: SmallDisk, ...argv: readonly string[]) {
  const cli = fileURLToPath(new URL('../../cli/bin.js', import.meta.url));
  const [program, ...args] = disk.command(
    process.execPath,
    cli,
    ...argv,
    '--workspace',
    disk.inside,
  );
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('the database on a full or read-only disk: exit 3, its path, the old rows, and it opens afterwards', {
  skip: cannotMount,
}, async (t) => {
  const disk = await smallDisk(t, 16_384);
  const name = join(disk.inside, 'results.duckdb');
  writeJournal(disk.outside, makeJournal({ spec: makeSpec(), accuracies: [10, 20] }));
  fill(disk, 64 * 1024);
  const told = new RegExp(`^redistill: Cannot write ${name}: the disk is full\\.`);
  const created = redistill(disk, 'ingest');
  assert.equal(created.status, 3, created.stderr);
  assert.match(created.stderr, told);
  assert.doesNotMatch(created.stderr, /\n\s+at /);
  free(disk);
  assert.equal(redistill(disk, 'ingest').status, 0);

  const accuracies = Array.from({ length: 2000 }, (_, index) => index / 50);
  writeJournal(disk.outside, makeJournal({ spec: makeSpec({ seed: 2 }), accuracies }));
  fill(disk, 16 * 1024);
  const grown = redistill(disk, 'ingest');
  assert.equal(grown.status, 3, grown.stderr);
  assert.match(grown.stderr, told);
  await disk.makeReadOnly();
  const refused = redistill(disk, 'ingest');
  assert.equal(refused.status, 3, refused.stderr);
  assert.match(refused.stderr, new RegExp(`Cannot write ${name}: the file system is read-only\\.`));
  await disk.makeWritable();
  free(disk);
  const later = redistill(disk, 'ingest', '--json');
  assert.equal(later.status, 0, later.stderr);
  assert.equal(JSON.parse(later.stdout).rows.epochs, 2000);
});
