/*
 * Journals and logs come from strangers: one that is hostile is a problem of its own, and the
 * others are taken.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readJournal } from '../../contract/journal.ts';
import type { JournalLine } from '../../contract/journal-types.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import { ingest } from '../../results/ingest.ts';
import { readLog } from '../../runners/official/log-reader.ts';
import { makeEnvironment, makeJournal, makeSpec, writeJournal } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

const wrong = (value: unknown) => value as never;

test('a field of another type than it has is a problem that names it, whatever the field', async (t) => {
  const specs: Record<string, Partial<TrialSpec>> = {
    'spec.model': { model: wrong({ toString: 1 }) },
    'spec.seed': { seed: wrong('1; DROP TABLE runs') },
    'spec.recipe': { recipe: wrong(null) },
    'spec.recipe.epochs': { recipe: { ...makeSpec().recipe, epochs: wrong([]) } },
    'spec.data: the field "hash"': { data: wrong({ dataset: 'x' }) },
    'spec.teacher.kind': { teacher: wrong({ kind: '__proto__', model: 'x' }) },
    'spec.teacher: the field "sha256"': { teacher: wrong({ kind: 'checkpoint', model: 'x' }) },
    'spec.task': { task: wrong('juggling') },
  };
  const good = makeJournal({ spec: makeSpec({ seed: 99 }), accuracies: [50] });
  for (const [field, difference] of Object.entries(specs)) {
    const workspace = temporaryFolder(t);
    writeJournal(workspace, good);
    writeJournal(workspace, makeJournal({ spec: makeSpec(difference), accuracies: [10] }));
    const { problems, rows } = await ingest({ workspace });
    assert.equal(problems.length, 1, field);
    assert.ok(problems[0]?.message.includes(field), problems[0]?.message);
    assert.equal(rows.runs, 1, field);
  }
  const workspace = temporaryFolder(t);
  const environment = makeEnvironment({
    hardware: { ...makeEnvironment().hardware, cpu: wrong(1) },
  });
  writeJournal(workspace, makeJournal({ spec: makeSpec(), accuracies: [10], environment }));
  const { problems } = await ingest({ workspace });
  assert.match(
    problems[0]?.message ?? '',
    /header\.environment\.hardware\.cpu: must be text, not 1\./,
  );
});

test('names that are keys of every object are names', async (t) => {
  const workspace = temporaryFolder(t);
  const lines = makeJournal({ spec: makeSpec(), accuracies: [10] }).map((line): JournalLine => {
    if (line.type !== 'epoch') return line;
    const losses = JSON.parse('{"__proto__": 1, "constructor": 2, "total": 3}') as Record<
      string,
      number
    >;
    const metrics = ['__proto__', 'constructor', 'toString', 'top1'].map((name) => ({
      task: 'classification',
      name,
      split: 'test',
      value: 1,
    }));
    return { ...line, losses, metrics };
  });
  writeJournal(workspace, lines);
  const { problems, rows } = await ingest({ workspace });
  assert.deepEqual(problems, []);
  assert.equal(rows.metrics, 4);
  assert.equal(({} as Record<string, unknown>)['total'], undefined);
});

test('of a line with a million mistakes the first is told', async (t) => {
  const workspace = temporaryFolder(t);
  const lines = makeJournal({ spec: makeSpec(), accuracies: [10] }).map((line) =>
    line.type === 'epoch' ? { ...line, metrics: wrong(Array(1_000_000).fill(0)) } : line,
  );
  writeJournal(workspace, lines);
  const { problems } = await ingest({ workspace });
  assert.match(problems[0]?.message ?? '', /epoch\.metrics\[0\]: must be a mapping, not 0\.$/);
});

test('a line without an end, and a journal as large as a disk, take no memory', async (t) => {
  const workspace = temporaryFolder(t);
  const path = writeJournal(workspace, makeJournal({ spec: makeSpec(), accuracies: [10] }));
  truncateSync(path, 64 * 2 ** 20);
  const { problems } = await ingest({ workspace });
  assert.match(problems[0]?.message ?? '', /this line has more than 16777216 bytes/);
  truncateSync(path, 2 ** 40);
  assert.throws(() => readJournal(path), {
    code: 'JOURNAL_LINE',
    message: /has 1099511627776 bytes/,
  });
});

test('no line of a log costs more than its length', () => {
  // A pattern that tries every way to divide a line would not come back from these within a
  // lifetime.
  const long = 200_000;
  const lines = [
    `${'a'.repeat(long)}: ${'1'.repeat(long)}`,
    '-'.repeat(long),
    `test_acc: ${'9'.repeat(long)}x`,
    `${' '.repeat(long)}x`,
    `best_acc ${' '.repeat(long)}x`,
    `{"test_acc": ${'1'.repeat(long)}`,
    `"${'\\'.repeat(long)}`,
    ':'.repeat(long),
    '{'.repeat(long),
  ];
  for (const line of lines) assert.ok(readLog(`-----\n${line}\n`).problems.length >= 0);
  for (const line of lines) assert.ok(readLog(`{\n${line}\n`).problems.length >= 0);
  // Of every form that is read, beside a line that only it has.
  const forms = [
    'epoch,test_acc',
    'step,tag,value',
    'epoch 1, total time 2.0',
    'Test: [   0/0]  Acc@1: 1 (1)',
    'json_stats: {"_type": "test_epoch"}',
    '[1/300] test_acc=1',
    'EVAL, epoch=1, iter=1/1, top1-acc=1%',
    '{"test_acc1": 1}',
  ];
  const more = [
    ','.repeat(long),
    '\r'.repeat(long),
    'a='.repeat(long),
    `[1/2] ${'=a'.repeat(4000)}`,
    'json_stats: {'.repeat(long / 20),
    `Test: [${' '.repeat(long)}`,
  ];
  for (const form of forms)
    for (const line of [...lines, ...more])
      assert.ok(readLog(`${form}\n${line}\n`).problems.length >= 0);
});

/** A journal with one line of a type changed as text; what is changed is no journal any more. */
function changed(type: JournalLine['type'], change: (line: Record<string, unknown>) => void) {
  let done = false;
  return makeJournal({ spec: makeSpec({ seed: 7 }), accuracies: [10, 11] }).map((line) => {
    if (line.type !== type || done) return line;
    done = true;
    const copy = structuredClone(line) as unknown as Record<string, unknown>;
    change(copy);
    return copy as unknown as JournalLine;
  });
}

/** Lists within lists, which the parser reads and the writer of JSON cannot write. */
function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

const huge = 2 ** 31;
const journals: Readonly<Record<string, readonly JournalLine[]>> = {
  'header.attempt': changed('header', (line) => Object.assign(line, { attempt: huge })),
  'epoch.epoch': changed('epoch', (line) => Object.assign(line, { epoch: huge })),
  'epoch.students: must be >= 1; it is 0': changed('epoch', (line) =>
    Object.assign(line, { students: 0 }),
  ),
  'epoch.losses': changed('epoch', (line) => Object.assign(line, { losses: { total: [1] } })),
  'threads.intra': changed('header', (line) => {
    Object.assign((line['environment'] as { threads: object }).threads, { intra: huge });
  }),
  'hardware.cores': changed('header', (line) => {
    Object.assign((line['environment'] as { hardware: object }).hardware, { cores: 1.5 });
  }),
  'start.stepsPerEpoch': changed('start', (line) => Object.assign(line, { stepsPerEpoch: huge })),
  'not an ISO 8601 time': changed('end', (line) => Object.assign(line, { time: '1' })),
  'time is "+275760': changed('end', (line) =>
    Object.assign(line, { time: '+275760-09-13T00:00:00Z' }),
  ),
  'levels deep': changed('epoch', (line) => Object.assign(line, { losses: nested(65) })),
};

test('what does not fit the database is a problem of its journal, named by its field', async (t) => {
  const good = makeJournal({ spec: makeSpec({ seed: 99 }), accuracies: [50] });
  for (const [words, lines] of Object.entries(journals)) {
    const workspace = temporaryFolder(t);
    writeJournal(workspace, good);
    writeJournal(workspace, lines);
    const { problems, rows } = await ingest({ workspace });
    assert.equal(problems.length, 1, words);
    assert.ok(problems[0]?.message.includes(words), problems[0]?.message);
    assert.equal(rows.runs, 1, words);
  }
});

test("a problem that no reader foresees is that file's own, whatever its kind; the others are taken", async (t) => {
  const workspace = temporaryFolder(t);
  const seeds = [1, 2, 3, 4, 5];
  for (const seed of seeds) {
    writeJournal(workspace, makeJournal({ spec: makeSpec({ seed }), accuracies: [50] }));
  }
  // Each resume is a small number; their sum is none.
  const resumed = makeJournal({ spec: makeSpec({ seed: 6 }), accuracies: [50] });
  const time = '2026-01-01T00:00:00.000Z';
  const environment = makeEnvironment();
  const resume = { type: 'resume' as const, epoch: 1, step: 10, lostEpochs: 2 ** 31 - 1 };
  writeJournal(workspace, [
    ...resumed,
    ...[0, 1].map((index) => ({ ...resume, environment, seq: resumed.length + index, time })),
  ]);
  const runs = join(workspace, 'runs');
  mkdirSync(join(runs, 'plans'));
  mkdirSync(join(runs, 'executions'));
  const plan = { schemaVersion: 1, suite: 's', scale: 'smoke', columns: [], rows: [], cells: [] };
  writeFileSync(join(runs, 'plans', 's@smoke.json'), JSON.stringify({ ...plan, trials: [null] }));
  const execution = { schemaVersion: 1, execution: 'x', suite: 's', scale: 'smoke', kind: 'run' };
  writeFileSync(
    join(runs, 'executions', 'x.json'),
    JSON.stringify({ ...execution, startedAt: time, fixedSeeds: [], cells: [null], trials: [] }),
  );
  const { problems, rows } = await ingest({ workspace });
  assert.deepEqual(
    problems.map(({ code, file }) => [code, file.split('/')[1]]).sort(),
    [
      ['INPUT_UNREADABLE', resumed[0]?.type === 'header' ? resumed[0].trial : ''],
      // Their readers know what a plan and an execution must be.
      ['EXECUTION_UNREADABLE', 'executions'],
      ['PLAN_UNREADABLE', 'plans'],
    ].sort(),
  );
  assert.equal(rows.runs, seeds.length);
  // Once mended it is taken; nothing else is read again.
  writeJournal(workspace, resumed);
  assert.equal((await ingest({ workspace })).rows.runs, 1);
});

test('a pipe in place of a journal is not waited for', async (t) => {
  const workspace = temporaryFolder(t);
  const path = writeJournal(
    workspace,
    makeJournal({ spec: makeSpec({ seed: 1 }), accuracies: [50] }),
  );
  rmSync(path);
  const { status } = spawnSync('mkfifo', [path]);
  if (status !== 0) return t.skip('no mkfifo here');
  assert.equal((await ingest({ workspace })).journals.found, 0);
});
