import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { TrialSpec } from '../../contract/spec.ts';
import { whyNoValue } from '../../reports/model/no-value.ts';
import { readPlanData } from '../../reports/model/plan-data.ts';
import { type TableModel, tableModel } from '../../reports/model/table-model.ts';
import { needsOf } from '../../reports/views/needs-view.ts';
import { ranksOf } from '../../reports/views/ranks.ts';
import { tableView } from '../../reports/views/table-view.ts';
import { cellDigest } from '../../reports/writers/cell-digest.ts';
import { reportJson } from '../../reports/writers/json.ts';
import { tableMarkdown } from '../../reports/writers/markdown.ts';
import { ingest } from '../../results/ingest.ts';
import { plans } from '../../results/queries.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { makeJournal, makePlan, makeSpec, writeJournal, writePlan } from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { writeSample } from './sample.ts';

async function tables(workspace: string): Promise<readonly TableModel[]> {
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    const found: TableModel[] = [];
    for (const plan of await plans(store)) found.push(tableModel(await readPlanData(store, plan)));
    return found;
  } finally {
    store.close();
  }
}

async function sample(context: TestContext): Promise<readonly TableModel[]> {
  const workspace = temporaryFolder(context);
  await ingest({ workspace, published: writeSample(workspace) });
  return tables(workspace);
}

const column = ({ sections }: TableModel, index: number) =>
  (sections[0]?.rows ?? []).map(({ cells }) => cells[index] ?? null);

test('the best measured mean of a column and the second are marked, alike where they print alike, and not where one is measured', async (context) => {
  const [paper] = (await sample(context)) as [TableModel];
  const cells = column(paper, 0);
  // Student, KD, DKD, KD+LSKD, SD-KD, OFA
  assert.deepEqual(ranksOf(cells), ['', '', '', 'best', 'second', '']);
  assert.deepEqual(ranksOf(cells.slice(3, 4)), ['']);
  assert.deepEqual(ranksOf([...cells, ...cells.slice(3, 4)]).at(-1), 'best');
  const lower = cells.map((cell) =>
    cell?.row.published == null
      ? cell
      : {
          ...cell,
          row: { ...cell.row, published: { ...cell.row.published, higherIsBetter: false } },
        },
  );
  assert.deepEqual(ranksOf(lower).slice(0, 2), ['best', 'second']);
});

test('a cell sets published, measured and difference side by side, and measured minus published is the difference', async (context) => {
  const [paper, proxy] = (await sample(context)) as [TableModel, TableModel];
  const section = tableView(paper, [], new Map()).sections[0];
  const number = (text: string | null | undefined) => Number(text?.replace('\u2212', '-'));
  const full = (section?.rows ?? []).flatMap(({ cells }) =>
    cells.filter((cell) => cell !== null && cell.difference !== ''),
  );
  assert.ok(full.length > 4);
  for (const cell of full) {
    const apart = number(cell?.measured) - number(cell?.published) - number(cell?.difference);
    assert.ok(Math.abs(apart) < 0.011, JSON.stringify(cell));
  }
  assert.equal(section?.shows, 'published and measured');
  const apart = tableView(proxy, [], new Map()).sections[0];
  assert.equal(apart?.shows, 'measured');
  assert.ok(apart?.rows.every(({ cells }) => cells.every((cell) => cell?.published === '')));
  assert.equal(apart?.forest?.paired, true);
});

test('what is missing is said once per reason, with the cells that it holds for, and so is a verdict that all have', async (context) => {
  const workspace = temporaryFolder(context);
  const data = 'the data set x is not here (Run: redistill data fetch x; then plan again)';
  const simkd = `the method simkd is not implemented; ${data}`;
  const names = ['Student', 'KD', 'SimKD'];
  writePlan(
    workspace,
    makePlan({
      rows: names.map((name) => ({
        ...{ name, method: name.toLowerCase(), specs: [] },
        notRun: name === 'SimKD' ? simkd : data,
      })),
    }),
  );
  await ingest({ workspace, published: [] });
  const [table] = (await tables(workspace)) as [TableModel];
  assert.deepEqual(needsOf(table), [
    { reason: data, extent: 'all 3 cells' },
    { reason: 'the method simkd is not implemented', extent: '1 cell: SimKD' },
  ]);
  const view = tableView(table, [], new Map());
  assert.equal(view.alike, 3);
  assert.deepEqual(view.missing, []);
});

test('where no trial has a value of a metric, pages, text and JSON say that all have finished, and why there is none', async (context) => {
  const workspace = temporaryFolder(context);
  const metrics = ['AP', 'APl', 'maskAPl'];
  const rows = ['FGD', 'MGD'].map((name) => ({
    ...{ name, method: name.toLowerCase() },
    specs: [makeSpec({ task: 'detection', scale: 'smoke', method: name.toLowerCase(), hyper: {} })],
  }));
  const plan = makePlan({ scale: 'smoke', rows });
  writePlan(workspace, {
    ...plan,
    task: 'detection',
    cells: plan.cells.flatMap((cell) =>
      metrics.map((metric) => ({ ...cell, metric, id: cell.id.replace('top1', metric) })),
    ),
  });
  for (const { specs } of rows) {
    const lines = makeJournal({ spec: specs[0] as TrialSpec, accuracies: [20, 21] });
    writeJournal(
      workspace,
      lines.map((line) =>
        line.type === 'epoch'
          ? { ...line, metrics: [{ task: 'detection', name: 'AP', split: 'test', value: 20 }] }
          : line,
      ),
    );
  }
  await ingest({ workspace, published: [] });
  const [table] = (await tables(workspace)) as [TableModel];
  const large = 'the test pictures have no large object (at least 96 x 96 pixels)';
  assert.deepEqual(needsOf(table), [
    {
      reason: `The trial has finished without a value of this metric: ${large}`,
      extent: '2 cells: APl',
    },
    // Whoever has no AP of masks finds none: that says nothing of the pictures.
    { reason: 'The trial has finished without a value of this metric', extent: '2 cells: maskAPl' },
  ]);
  const explained = [
    JSON.stringify(tableView(table, [], new Map())),
    reportJson([table]),
    JSON.stringify(cellDigest([table])),
  ];
  for (const text of explained) assert.match(text, /no large object/);
  for (const text of [...explained, tableMarkdown(table)]) {
    assert.match(text, /no value/);
    assert.doesNotMatch(text, /No trial|no finished trial|not run/);
  }
});

test('a figure that COCO leaves out says what the pictures lack, where it was Redistill that left it out', () => {
  const spec = makeSpec({ task: 'detection' });
  const why = (metric: string, recorded: string[], differences: Partial<TrialSpec> = {}) =>
    whyNoValue({ ...spec, ...differences }, metric, new Set(recorded));
  assert.deepEqual(
    ['APs', 'ARm', 'APl', 'maskARl', 'AP/cat'].map((metric) => why(metric, ['AP', 'maskAP'])),
    [
      'the test pictures have no small object (at most 32 x 32 pixels)',
      'the test pictures have no medium object (32 x 32 to 96 x 96 pixels)',
      'the test pictures have no large object (at least 96 x 96 pixels)',
      'the test pictures have no large object (at least 96 x 96 pixels)',
      'the test pictures have no object of the category cat',
    ],
  );
  for (const none of [
    why('AP50', ['AP']),
    why('APl', []),
    why('maskAPl', ['AP']),
    why('APl', ['AP'], { implementation: 'official' }),
    why('APl', ['AP'], { task: 'classification' }),
  ]) {
    assert.equal(none, null);
  }
});
