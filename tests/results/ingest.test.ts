import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { JournalLine } from '../../contract/journal-types.ts';
import type { TrialSpec } from '../../contract/spec.ts';
import { ingest } from '../../results/ingest.ts';
import type { PublishedNumberRow } from '../../results/published.ts';
import { runCosts, stepTimes } from '../../results/queries.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import {
  journalText,
  makeJournal,
  makePlan,
  makeSpec,
  numbered,
  writeJournal,
  writePlan,
} from './builder.ts';
import { temporaryFolder } from './temporary.ts';

const tables = [
  'inputs',
  'suites',
  'plans',
  'plan_columns',
  'plan_rows',
  'cells',
  'cell_trials',
  'planned_trials',
  'published',
  'trials',
  'environments',
  'runs',
  'epochs',
  'metrics',
  'checkpoints',
  'events',
  'selections',
];

/** Everything the database holds, as text, whatever order the rows were written in. */
async function dump(workspace: string): Promise<string> {
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    const parts: string[] = [];
    for (const table of tables) {
      const rows = await store.rows<object>(`SELECT * FROM ${table} ORDER BY ALL`);
      const text = rows.map((row) =>
        JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value)),
      );
      parts.push(`${table}\n${text.join('\n')}`);
    }
    return parts.join('\n\n');
  } finally {
    store.close();
  }
}

async function rowsOf<Row>(workspace: string, sql: string): Promise<Row[]> {
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    return await store.rows<Row>(sql);
  } finally {
    store.close();
  }
}

const published: PublishedNumberRow[] = [
  {
    table: 'lskd-table2',
    row: 'KD',
    column: 'resnet32x4__resnet8x4',
    metric: 'top1',
    value: 73.33,
    part: null,
    sd: null,
    unit: '%',
    decimals: 2,
    higherIsBetter: true,
    selection: 'unknown',
    runsAveraged: 4,
    caption: 'Table 2',
    paper: 'Logit Standardization (CVPR 2024)',
    source: 'paper, table 2',
    trust: 'primary',
    dataset: 'cifar100',
  },
];

/** Two seeds of kd and one of none, with their plan. */
function sampleWorkspace(context: TestContext): string {
  const workspace = temporaryFolder(context);
  const none = makeSpec({ method: 'none', hyper: {}, teacher: null });
  const kd = [1, 2].map((seed) => makeSpec({ seed }));
  writeJournal(workspace, makeJournal({ spec: none, accuracies: [10, 20, 19] }));
  for (const spec of kd) writeJournal(workspace, makeJournal({ spec, accuracies: [12, 25, 26] }));
  writePlan(
    workspace,
    makePlan({
      rows: [
        { name: 'Student', method: 'none', specs: [none] },
        { name: 'KD', method: 'kd', specs: kd },
      ],
    }),
  );
  return workspace;
}

test('ingesting the same files twice changes nothing', async (context) => {
  const workspace = sampleWorkspace(context);
  const first = await ingest({ workspace, published });
  assert.deepEqual(first.journals, { found: 3, changed: 3 });
  assert.deepEqual(first.rows, { runs: 3, epochs: 9, metrics: 18, events: 0 });
  const before = await dump(workspace);
  const second = await ingest({ workspace, published });
  assert.deepEqual(
    [second.journals, second.plans, second.published, second.rows],
    [
      { found: 3, changed: 0 },
      { found: 1, changed: 0 },
      0,
      { runs: 0, epochs: 0, metrics: 0, events: 0 },
    ],
  );
  assert.equal(await dump(workspace), before);
});

test('a journal that grew is read again and leaves each epoch once', async (context) => {
  const workspace = temporaryFolder(context);
  const lines = makeJournal({ spec: makeSpec(), accuracies: [10, 20, 30] });
  const path = writeJournal(workspace, lines, journalText(lines.slice(0, 4)));
  await ingest({ workspace });
  assert.deepEqual(
    await rowsOf(
      workspace,
      'SELECT state, (SELECT count(*)::INTEGER FROM epochs) AS epochs FROM runs',
    ),
    [{ state: 'unfinished', epochs: 1 }],
  );
  writeFileSync(path, journalText(lines));
  const summary = await ingest({ workspace });
  assert.equal(summary.journals.changed, 1);
  const rebuilt = await dump(workspace);
  rmSync(databaseFile(workspace));
  await ingest({ workspace });
  assert.equal(await dump(workspace), rebuilt);
});

test('of several lines for one epoch the last counts, and an end before a resume does not', async (context) => {
  const workspace = temporaryFolder(context);
  const spec = makeSpec();
  const first = makeJournal({
    spec,
    accuracies: [10, 20],
    end: { state: 'cancelled', reason: 'Ctrl-C' },
  });
  const again = makeJournal({ spec, accuracies: [11, 21, 31] });
  const records = [
    ...first,
    {
      type: 'resume' as const,
      epoch: 1,
      step: 10,
      lostEpochs: 1,
      environment: headerOf(first).environment,
    },
    ...again.filter((line) => 'epoch' in line && line.epoch > 1),
    ...again.filter((line) => line.type === 'end'),
  ];
  writeJournal(workspace, numbered(records));
  await ingest({ workspace });
  assert.deepEqual(
    await rowsOf(workspace, "SELECT epoch, value FROM metrics WHERE name = 'top1' ORDER BY epoch"),
    [
      { epoch: 1, value: 10 },
      { epoch: 2, value: 21 },
      { epoch: 3, value: 31 },
    ],
  );
  assert.deepEqual(await rowsOf(workspace, 'SELECT state, resumes, lost_epochs FROM runs'), [
    { state: 'completed', resumes: 1, lost_epochs: 1 },
  ]);
});

test('best is the earliest best epoch and last is the last one', async (context) => {
  const workspace = temporaryFolder(context);
  writeJournal(workspace, makeJournal({ spec: makeSpec(), accuracies: [10, 30, 30, 20] }));
  await ingest({ workspace });
  assert.deepEqual(
    await rowsOf(
      workspace,
      "SELECT selection, value, epoch FROM selections WHERE name = 'top1' ORDER BY selection",
    ),
    [
      { selection: 'best', value: 30, epoch: 2 },
      { selection: 'last', value: 20, epoch: 4 },
    ],
  );
});

test('a torn last line is ignored with a note that names file and line', async (context) => {
  const workspace = temporaryFolder(context);
  const lines = makeJournal({ spec: makeSpec(), accuracies: [10, 20], end: null });
  const path = writeJournal(workspace, lines);
  appendFileSync(path, '{"seq":6,"time":"2026-01-02T00:0');
  const summary = await ingest({ workspace });
  assert.equal(summary.problems.length, 0);
  assert.match(summary.notes[0]?.message ?? '', /journal\.jsonl:7: the last line is torn/);
  assert.equal(summary.rows.epochs, 2);
});

test('an unreadable line makes its journal a problem and leaves the others and the old rows alone', async (context) => {
  const workspace = sampleWorkspace(context);
  await ingest({ workspace });
  const before = await dump(workspace);
  const lines = makeJournal({ spec: makeSpec({ seed: 1 }), accuracies: [12, 25, 26] });
  const damaged: [string, RegExp][] = [
    [
      journalText(lines).replace('"type":"start"', '"type":"start'),
      /:2: this line is not a JSON object/,
    ],
    [journalText(lines.filter(({ seq }) => seq !== 2)), /:3: seq is 3, but 2 was expected/],
    [journalText(lines).replace('"type":"end"', '"type":"fin"'), /unknown type of line "fin"/],
    [
      journalText(lines).replace('"stepsPerEpoch":10', '"stepsPerEpoch":"10"'),
      /:2: start\.stepsPerEpoch: must be a whole number, not "10"/,
    ],
    [journalText(lines).replace('"alpha":0.9', '"alpha":0.8'), /:1: the specification is of trial/],
    [
      journalText(lines).replace('"schemaVersion":1,"run"', '"schemaVersion":2,"run"'),
      /schemaVersion 2; this Redistill reads 1/,
    ],
  ];
  for (const [text, message] of damaged) {
    writeJournal(workspace, lines, text);
    const summary = await ingest({ workspace });
    assert.match(summary.problems[0]?.message ?? '', message);
  }
  assert.equal(await dump(workspace), before);
});

test('a journal copied into the folder of another run is refused', async (context) => {
  const workspace = temporaryFolder(context);
  const lines = makeJournal({ spec: makeSpec({ seed: 1 }), accuracies: [10] });
  writeJournal(
    workspace,
    makeJournal({ spec: makeSpec({ seed: 2 }), accuracies: [10] }),
    journalText(lines),
  );
  const summary = await ingest({ workspace });
  assert.match(summary.problems[0]?.message ?? '', /it lies in the folder of run/);
});

test('a rebuild gives what the journals give, and drops what they no longer hold', async (context) => {
  const workspace = sampleWorkspace(context);
  await ingest({ workspace, published });
  const before = await dump(workspace);
  const summary = await ingest({ workspace, published, rebuild: true });
  assert.equal(summary.rebuilt, true);
  assert.equal(await dump(workspace), before);
  rmSync(join(workspace, 'runs'), { recursive: true });
  await ingest({ workspace, published });
  assert.equal(await dump(workspace), before, 'ingest keeps history');
  await ingest({ workspace, published, rebuild: true });
  assert.deepEqual(await rowsOf(workspace, 'SELECT run FROM runs'), []);
  assert.deepEqual(readdirSync(workspace), ['results.duckdb']);
});

test('a damaged database is replaced by a rebuild, and ingest alone says so', async (context) => {
  const workspace = sampleWorkspace(context);
  writeFileSync(databaseFile(workspace), 'this is no database');
  await assert.rejects(ingest({ workspace }), { code: 'STORE_UNREADABLE', exitCode: 3 });
  await ingest({ workspace, rebuild: true });
  assert.equal((await rowsOf(workspace, 'SELECT run FROM runs')).length, 3);
});

test('a changed plan replaces its cells and keeps the measurements', async (context) => {
  const workspace = sampleWorkspace(context);
  await ingest({ workspace });
  writePlan(
    workspace,
    makePlan({
      title: 'Renamed',
      rows: [{ name: "KD'; DROP TABLE runs; --", method: 'kd', specs: [makeSpec()] }],
    }),
  );
  await ingest({ workspace });
  assert.deepEqual(await rowsOf(workspace, 'SELECT row_name FROM cells'), [
    { row_name: "KD'; DROP TABLE runs; --" },
  ]);
  assert.deepEqual(await rowsOf(workspace, 'SELECT title FROM suites'), [{ title: 'Renamed' }]);
  assert.equal((await rowsOf(workspace, 'SELECT run FROM runs')).length, 3);
});

test('a plan that is not one is a problem that names its file', async (context) => {
  const workspace = sampleWorkspace(context);
  const path = join(workspace, 'runs', 'plans', 'quick@proxy.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"suite": "quick"', '"suite": "slow"'));
  const summary = await ingest({ workspace });
  assert.match(
    summary.problems[0]?.message ?? '',
    /^runs\/plans\/quick@proxy\.json: it holds the plan of slow@proxy/,
  );
});

test('the run that stands for a trial is a completed one, then the latest', async (context) => {
  const workspace = temporaryFolder(context);
  const spec = makeSpec();
  const runs = [
    { attempt: 1, startMinute: 0 },
    { attempt: 2, startMinute: 10 },
    { attempt: 3, startMinute: 20, end: { state: 'failed' as const, reason: 'out of memory' } },
  ];
  for (const run of runs) writeJournal(workspace, makeJournal({ spec, accuracies: [10], ...run }));
  await ingest({ workspace });
  assert.deepEqual(await rowsOf(workspace, 'SELECT attempt FROM current_runs'), [{ attempt: 2 }]);
});

function headerOf(lines: readonly JournalLine[]) {
  const header = lines[0];
  assert.ok(header?.type === 'header');
  return header;
}

test('runs of a cohort have their shares of its steps, which are no cost of a method', async (context) => {
  const workspace = temporaryFolder(context);
  const [alone, shared] = [1, 2].map((seed) => makeSpec({ seed })) as [TrialSpec, TrialSpec];
  writePlan(workspace, makePlan({ rows: [{ name: 'KD', method: 'kd', specs: [alone, shared] }] }));
  writeJournal(workspace, makeJournal({ spec: alone, accuracies: [10, 20] }));
  writeJournal(workspace, makeJournal({ spec: shared, accuracies: [10, 20], students: 5 }));
  await ingest({ workspace, published: [] });
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    const costs = await runCosts(store);
    const shares = costs.map(({ msPerStep, students }) => [students, msPerStep]);
    assert.deepEqual(
      shares.sort((a, b) => (a[0] as number) - (b[0] as number)),
      [
        [1, 1000],
        [5, 200],
      ],
    );
    assert.deepEqual(
      (await stepTimes(store)).map(({ msPerStep }) => msPerStep),
      [1000],
    );
  } finally {
    store.close();
  }
});
