import assert from 'node:assert/strict';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { appendAcceptance } from '../../results/acceptances.ts';
import { readExecution, writeExecution } from '../../results/executions.ts';
import { acceptances, bitDifferences, executions, history } from '../../results/history-queries.ts';
import { ingest } from '../../results/ingest.ts';
import { openStore } from '../../results/store.ts';
import type { Store } from '../../results/store-types.ts';
import { databaseFile, findExecutions } from '../../results/workspace.ts';
import { type Night, steady, writeNights } from './nights.ts';
import { temporaryFolder } from './temporary.ts';

async function reading<Result>(
  workspace: string,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

async function nights(context: TestContext, all: readonly Night[]): Promise<string> {
  const workspace = temporaryFolder(context);
  writeNights(workspace, all);
  await ingest({ workspace });
  return workspace;
}

test('every execution is a point of its cells, and a rebuild gives the same history', async (context) => {
  const workspace = await nights(
    context,
    steady(3, () => 70),
  );
  const rows = await reading(workspace, history);
  const kd = rows.filter(({ cell }) => cell === 'KD/resnet20__resnet8/top1');
  assert.deepEqual(
    kd.map(({ executedAt, value, seed, msPerStep }) => [executedAt, value, seed, msPerStep]),
    [
      ['2026-01-02T01:00:00Z', 70.05, 1, 1000],
      ['2026-01-03T01:00:00Z', 69.9, 1, 1000],
      ['2026-01-04T01:00:00Z', 70.08, 1, 1000],
    ],
  );
  assert.deepEqual(
    (await reading(workspace, executions)).map(({ execution, measured }) => [execution, measured]),
    [
      ['20260102T010000000Z-quick@proxy', 2],
      ['20260103T010000000Z-quick@proxy', 2],
      ['20260104T010000000Z-quick@proxy', 2],
    ],
  );
  await ingest({ workspace, rebuild: true });
  assert.deepEqual(await reading(workspace, history), rows);
});

test('a run belongs to the first execution that lists it, and to its day where none does', async (context) => {
  const workspace = temporaryFolder(context);
  writeNights(workspace, [
    { day: 0, values: { kd: [70] } },
    { day: 1, values: { kd: [71] }, unrecorded: true },
  ]);
  // A later call of `run` reuses the first run, and so makes no point of its own.
  const [file] = findExecutions(workspace);
  const reading1 = readExecution(file as NonNullable<typeof file>);
  if (!('record' in reading1)) throw new Error('unreadable');
  const startedAt = '2026-01-05T00:00:00.000Z';
  const later = { ...reading1.record, execution: 'later', startedAt };
  writeExecution(workspace, later);
  await ingest({ workspace });
  assert.deepEqual(
    (await reading(workspace, history)).map(({ execution, kind, value }) => [
      execution,
      kind,
      value,
    ]),
    [
      ['20260102T010000000Z-quick@proxy', 'nightly', 70],
      ['2026-01-03', 'journals', 71],
    ],
  );
  const measured = (await reading(workspace, executions)).map((row) => row.measured);
  assert.deepEqual(measured, [1, 0]);
});

test('only a completed run has a number', async (context) => {
  const workspace = await nights(context, [
    { day: 0, values: { kd: [70], dkd: [72] }, diverged: ['kd'] },
  ]);
  assert.deepEqual(
    (await reading(workspace, history)).map(({ cell, state, value }) => [cell, state, value]),
    [
      ['DKD/resnet20__resnet8/top1', 'completed', 72],
      ['KD/resnet20__resnet8/top1', 'diverged', null],
    ],
  );
});

test('bits that differ with equal numerics and processor are found, others are not compared', async (context) => {
  const other = { cpu: 'Other CPU', cores: 2, memoryGiB: 8, gpu: null };
  const workspace = await nights(context, [
    { day: 0, values: { kd: [70] } },
    { day: 1, values: { kd: [70] }, bits: 'other sources', fingerprint: 'e'.repeat(64) },
    { day: 2, values: { kd: [70] }, bits: 'other machine', hardware: other },
    { day: 3, values: { kd: [70] } },
    { day: 4, values: { kd: [70] }, bits: 'wrong' },
  ]);
  const found = await reading(workspace, bitDifferences);
  assert.deepEqual(
    found.map(({ method, seed, epoch, startedAt, reference, run }) => [
      method,
      seed,
      epoch,
      startedAt,
      reference.slice(-2),
      run.slice(-2),
    ]),
    [['kd', 1, 2, '2026-01-06T01:00:00Z', '-4', '-5']],
  );
});

test('acceptances are appended, ingested again only when they changed, and refused whole when damaged', async (context) => {
  const workspace = await nights(
    context,
    steady(1, () => 70),
  );
  const word = {
    schemaVersion: 1,
    time: '2026-01-09T00:00:00.000Z',
    suite: 'quick',
    scale: 'proxy',
    cell: 'KD/resnet20__resnet8/top1',
    author: 'ann',
    reason: 'the new "default" of T',
  } as const;
  appendAcceptance(workspace, word);
  appendAcceptance(workspace, { ...word, author: 'bob' });
  await ingest({ workspace });
  const stored = await reading(workspace, acceptances);
  assert.deepEqual(
    stored.map(({ author, reason }) => [author, reason]),
    [
      ['ann', word.reason],
      ['bob', word.reason],
    ],
  );
  appendFileSync(join(workspace, 'acceptances.jsonl'), '{"schemaVersion":1,"cell":"x"}\n');
  const { problems } = await ingest({ workspace });
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['acceptances.jsonl:3: acceptance: the field "time" is missing.'],
  );
  assert.deepEqual(await reading(workspace, acceptances), stored);
});

test('an execution that is none is a problem with its name, and the others are taken', async (context) => {
  const workspace = temporaryFolder(context);
  writeNights(
    workspace,
    steady(1, () => 70),
  );
  const folder = join(workspace, 'runs', 'executions');
  writeFileSync(join(folder, 'a.json'), '{');
  writeFileSync(join(folder, 'b.json'), '{"schemaVersion":2}');
  writeFileSync(
    join(folder, 'c.json'),
    JSON.stringify({
      schemaVersion: 1,
      execution: 'd',
      suite: 's',
      scale: 'smoke',
      kind: 'run',
      startedAt: '2026-01-01T00:00:00Z',
      fixedSeeds: [],
      cells: [],
      trials: [],
    }),
  );
  const { problems } = await ingest({ workspace });
  assert.deepEqual(
    problems.map(({ message }) => message.replace(/JSON: .*/, 'JSON.')),
    [
      'runs/executions/a.json: this is not JSON.',
      'runs/executions/b.json: schemaVersion is 2; this Redistill reads 1.',
      'runs/executions/c.json: it holds the execution d; the name of the file must say the same.',
    ],
  );
  assert.equal((await reading(workspace, executions)).length, 1);
});
