import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { cellFields, cellRecord } from '../../reports/judgement/cell-record.ts';
import { judge } from '../../reports/judgement/judge.ts';
import { readPlanData } from '../../reports/model/plan-data.ts';
import { tableModel } from '../../reports/model/table-model.ts';
import { ingest } from '../../results/ingest.ts';
import { environments, plans } from '../../results/queries.ts';
import { openStore } from '../../results/store.ts';
import type { Store } from '../../results/store-types.ts';
import { databaseFile } from '../../results/workspace.ts';
import { writeSample } from '../reports/sample.ts';
import { makeJournal, makeSpec, writeJournal } from './builder.ts';
import { temporaryFolder } from './temporary.ts';

type Row = Readonly<Record<string, unknown>>;

async function read<T>(workspace: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

const rowsOf = (workspace: string, query: string) =>
  read(workspace, (store) => store.rows<Row>(query));

async function judged(context: TestContext): Promise<string> {
  const workspace = temporaryFolder(context);
  const { problems } = await ingest({
    workspace,
    published: writeSample(workspace),
    judge: judge(),
  });
  assert.deepEqual(problems, []);
  return workspace;
}

/** The last run of a row of the sample's proxy suite, to be written again with another end. */
async function changeOneRun(workspace: string): Promise<void> {
  const [row] = await rowsOf(
    workspace,
    `SELECT t.spec FROM report.seeds s JOIN trials t ON t.trial = s.trial
      WHERE s.suite = 'quick' AND s.row_name = 'KD' AND s.seed = 1`,
  );
  const spec = JSON.parse(String(row?.['spec']));
  writeJournal(workspace, makeJournal({ spec, accuracies: [30, 31, 32, 33, 34, 35, 36, 50] }));
}

describe('stored verdicts', () => {
  test('are those of the report, field by field', async (context) => {
    const workspace = await judged(context);
    await read(workspace, async (store) => {
      const where = await environments(store);
      let compared = 0;
      for (const plan of await plans(store)) {
        const table = tableModel(await readPlanData(store, plan));
        const stored = await store.rows<Row>(
          `SELECT j.* FROM judged_cells j JOIN cells c USING (suite, scale, cell)
            WHERE suite = $1 AND scale = $2 ORDER BY c.position`,
          [plan.suite, plan.scale],
        );
        assert.equal(stored.length, table.cells.length);
        table.cells.forEach((cell, index) => {
          const record = cellRecord({ table, cell, environments: where });
          const own = cellFields.map(({ name }) => stored[index]?.[name]);
          assert.deepEqual(own, record, cell.row.cell);
          compared += 1;
        });
      }
      assert.ok(compared > 10);
    });
  });

  test('hold every verdict word of the sample, intervals and trials', async (context) => {
    const workspace = await judged(context);
    const verdicts = await rowsOf(workspace, 'FROM report.verdicts');
    const of = (row: string, student: string) =>
      verdicts.find((each) => each['row_name'] === row && each['student'] === student) as Row;
    const kd = of('KD', 'resnet20');
    assert.equal(kd['selection'], 'last');
    assert.ok(Math.abs(Number(kd['difference']) - (70.65666666666667 - 70.66)) < 1e-9);
    assert.ok(Number(kd['interval_low']) < Number(kd['difference']));
    assert.equal(kd['margin'], 0.5);
    assert.equal((kd['trials'] as readonly string[]).length, 3);
    // A publication that does not say which epoch it reports is compared by both rules.
    const unknown = of('KD', 'wrn_16_2');
    assert.equal(typeof unknown['difference_best'], 'number');
    assert.equal(unknown['difference'], unknown['difference_last']);
    assert.equal(of('OFA', 'wrn_16_2')['verdict'], 'not run');
    assert.equal(of('KD', 'resnet8')['verdict'], 'not comparable');
  });

  test('of pairs are the differences over shared seeds', async (context) => {
    const workspace = await judged(context);
    const [row] = await rowsOf(
      workspace,
      `FROM report.comparisons WHERE suite = 'quick' AND row_name = 'KD' AND baseline_row = 'Student'`,
    );
    assert.equal(row?.['seeds'], 3);
    assert.ok(Math.abs(Number(row?.['difference']) - (115 - 108.3) / 3) < 1e-9);
    assert.equal(row?.['stands'], null);
  });

  test('stay where nothing changed, and follow a journal that did', async (context) => {
    const workspace = await judged(context);
    const verdict = `SELECT last_mean FROM report.cells WHERE suite = 'quick' AND row_name = 'KD'`;
    const before = await rowsOf(workspace, verdict);
    let asked = 0;
    const counting = {
      ...judge(),
      judge: (...of: Parameters<ReturnType<typeof judge>['judge']>) => {
        asked += 1;
        return judge().judge(...of);
      },
    };
    await ingest({ workspace, judge: counting });
    assert.equal(asked, 0, 'nothing changed');
    await changeOneRun(workspace);
    await ingest({ workspace, judge: counting });
    assert.equal(asked, 1, 'one suite has a new run');
    const after = await rowsOf(workspace, verdict);
    assert.notDeepEqual(after, before);
    assert.equal(after.length, 1);
  });

  test('are made again by other rules, and removed where nobody judges a change', async (context) => {
    const workspace = await judged(context);
    await ingest({ workspace, judge: { ...judge(), rules: 'other rules' } });
    const rules = await rowsOf(workspace, 'SELECT DISTINCT rules FROM report.verdicts');
    assert.deepEqual(rules, [{ rules: 'other rules' }]);
    await changeOneRun(workspace);
    await ingest({ workspace });
    const left = await rowsOf(workspace, 'SELECT DISTINCT suite FROM report.verdicts');
    assert.deepEqual(left, [{ suite: 'cifar100-logits' }]);
  });

  test('of a plan that cannot be judged are a problem of that plan alone', async (context) => {
    const workspace = temporaryFolder(context);
    const broken = {
      ...judge(),
      judge: (...of: Parameters<ReturnType<typeof judge>['judge']>) =>
        of[1].suite === 'quick' ? Promise.reject(new Error('no such trial')) : judge().judge(...of),
    };
    const { problems } = await ingest({
      workspace,
      published: writeSample(workspace),
      judge: broken,
    });
    assert.deepEqual(
      problems.map(({ code, file }) => [code, file]),
      [['PLAN_NOT_JUDGED', 'runs/plans/quick@proxy.json']],
    );
    const left = await rowsOf(workspace, 'SELECT DISTINCT suite FROM report.verdicts');
    assert.deepEqual(left, [{ suite: 'cifar100-logits' }]);
  });

  test('and views outlive a rebuild, which renames the file', async (context) => {
    const workspace = await judged(context);
    const query = 'FROM report.verdicts';
    const before = await rowsOf(workspace, query);
    await ingest({ workspace, published: [], rebuild: true, judge: judge() });
    const after = await rowsOf(workspace, 'SELECT suite, cell FROM report.verdicts');
    assert.deepEqual(
      after,
      before.map(({ suite, cell }) => ({ suite, cell })),
    );
  });
});

describe('views for people', () => {
  test('list every run with what it trained, and which one counts', async (context) => {
    const workspace = await judged(context);
    const spec = makeSpec({ seed: 77 });
    writeJournal(
      workspace,
      makeJournal({ spec, accuracies: [10], end: { state: 'diverged', reason: 'NaN' } }),
    );
    writeJournal(workspace, makeJournal({ spec, accuracies: [10, 20, 30], attempt: 2 }));
    await ingest({ workspace, judge: judge() });
    const runs = await rowsOf(
      workspace,
      'SELECT attempt, state, counts, epochs_done, epochs_asked FROM report.runs WHERE seed = 77 ORDER BY attempt',
    );
    assert.deepEqual(runs, [
      { attempt: 1, state: 'diverged', counts: false, epochs_done: 1, epochs_asked: 3 },
      { attempt: 2, state: 'completed', counts: true, epochs_done: 3, epochs_asked: 3 },
    ]);
  });

  test('give the seeds of a mean with their values', async (context) => {
    const workspace = await judged(context);
    const [row] = await rowsOf(
      workspace,
      `SELECT count(*)::INTEGER AS wrong FROM report.cells c
         JOIN (SELECT suite, scale, cell, avg(last) AS mean FROM report.seeds WHERE in_mean GROUP BY ALL) s
        USING (suite, scale, cell) WHERE abs(c.last_mean - s.mean) > 1e-9`,
    );
    assert.deepEqual(row, { wrong: 0 });
  });

  test('every table, view and column has a comment', async (context) => {
    const workspace = temporaryFolder(context);
    await ingest({ workspace });
    const bare = await rowsOf(
      workspace,
      `SELECT schema_name || '.' || table_name AS name FROM duckdb_tables() WHERE comment IS NULL
        UNION ALL SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT schema_name || '.' || table_name || '.' || column_name FROM duckdb_columns()
                   WHERE NOT internal AND comment IS NULL`,
    );
    assert.deepEqual(bare, []);
  });
});
