import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { readPlanData } from '../../reports/model/plan-data.ts';
import { type TableModel, tableModel } from '../../reports/model/table-model.ts';
import { needsOf } from '../../reports/views/needs-view.ts';
import { ranksOf } from '../../reports/views/ranks.ts';
import { tableView } from '../../reports/views/table-view.ts';
import { ingest } from '../../results/ingest.ts';
import { plans } from '../../results/queries.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import { makePlan, writePlan } from '../results/builder.ts';
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
