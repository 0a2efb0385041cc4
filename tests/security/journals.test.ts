/* Journals and logs come from strangers: one that is hostile is a problem of its own, and the others are taken. */
import assert from 'node:assert/strict';
import { truncateSync } from 'node:fs';
import { test } from 'node:test';
import { ingest } from '../../results/ingest.ts';
import { readLog } from '../../runners/official/log-reader.ts';
import { readJournal } from '../../runners/trial/journal.ts';
import type { JournalLine } from '../../runners/trial/journal-types.ts';
import type { TrialSpec } from '../../runners/trial/spec.ts';
import { makeEnvironment, makeJournal, makeSpec, writeJournal } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';

const wrong = (value: unknown) => value as never;

test('a field of another type than it has is a problem that names it, whatever the field', async (t) => {
  const specs: Record<string, Partial<TrialSpec>> = {
    'spec.model': { model: wrong({ toString: 1 }) },
    'spec.seed': { seed: wrong('1; DROP TABLE runs') },
    'spec.recipe': { recipe: wrong(null) },
    'spec.recipe.epochs': { recipe: { ...makeSpec().recipe, epochs: wrong([]) } },
    'spec.data.hash': { data: wrong({ dataset: 'x' }) },
    'spec.teacher.kind': { teacher: wrong({ kind: '__proto__', model: 'x' }) },
    'spec.teacher.sha256': { teacher: wrong({ kind: 'checkpoint', model: 'x' }) },
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
  const environment = makeEnvironment({ hardware: wrong({ cpu: 1 }) });
  writeJournal(workspace, makeJournal({ spec: makeSpec(), accuracies: [10], environment }));
  const { problems } = await ingest({ workspace });
  assert.match(problems[0]?.message ?? '', /environment\.hardware\.cpu is 1/);
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
  // A pattern that tries every way to divide a line would not come back from these within a lifetime.
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
});
