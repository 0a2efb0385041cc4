import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type TrialSpec, trialId } from '../../contract/spec.ts';
import { loadClaims } from '../../reference/claims/loader.ts';
import type { Claim } from '../../reference/claims/types.ts';
import { loadPublished } from '../../reference/published/loader.ts';
import { claimModels } from '../../reports/model/claim-evidence.ts';
import { decide } from '../../reports/model/decide.ts';
import { readPlanData } from '../../reports/model/plan-data.ts';
import { type TableModel, tableModel } from '../../reports/model/table-model.ts';
import { tableView } from '../../reports/views/table-view.ts';
import { cellDigest } from '../../reports/writers/cell-digest.ts';
import { tableMarkdown } from '../../reports/writers/markdown.ts';
import { ingest } from '../../results/ingest.ts';
import type { PublishedNumberRow } from '../../results/published.ts';
import { plans } from '../../results/queries.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile } from '../../results/workspace.ts';
import {
  makeJournal,
  makePlan,
  makeSpec,
  type TableOptions,
  writeJournal,
  writePlan,
} from '../results/builder.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { writeSample } from './sample.ts';

async function models(
  workspace: string,
  published: readonly PublishedNumberRow[] = [],
): Promise<readonly TableModel[]> {
  await ingest({ workspace, published });
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    const tables: TableModel[] = [];
    for (const plan of await plans(store)) tables.push(tableModel(await readPlanData(store, plan)));
    return tables;
  } finally {
    store.close();
  }
}

/** One table from specs with the accuracies that they ended with. */
async function model(
  context: TestContext,
  options: TableOptions,
  measured: readonly (readonly [TrialSpec, number])[],
): Promise<TableModel> {
  const workspace = temporaryFolder(context);
  writePlan(workspace, makePlan(options));
  for (const [spec, accuracy] of measured) {
    writeJournal(workspace, makeJournal({ spec, accuracies: [accuracy + 1, accuracy] }));
  }
  return (await models(workspace))[0] as TableModel;
}

const none = (seed: number, differences: Partial<TrialSpec> = {}) =>
  makeSpec({ seed, method: 'none', hyper: {}, teacher: null, ...differences });

test('every cell of the sample has the verdict that its numbers call for', async (context) => {
  const workspace = temporaryFolder(context);
  const [paper, proxy] = await models(workspace, writeSample(workspace));
  const words = (table: TableModel | undefined) =>
    Object.fromEntries(
      (table?.cells ?? []).map((cell) => [cell.row.cell.replace('/top1', ''), cell.verdict.word]),
    );
  assert.deepEqual(words(paper), {
    'Student/resnet56__resnet20': 'reproduced',
    'KD/resnet56__resnet20': 'reproduced',
    'DKD/resnet56__resnet20': 'below',
    'KD+LSKD/resnet56__resnet20': 'inconclusive',
    'SD-KD/resnet56__resnet20': 'no reference',
    'OFA/resnet56__resnet20': 'not run',
    'Student/wrn_40_2__wrn_16_2': 'reproduced',
    'KD/wrn_40_2__wrn_16_2': 'above',
    'DKD/wrn_40_2__wrn_16_2': 'failed',
    // 76.4, 75.2 and 75.9 scatter far more than the other cells: by their own scatter they say
    // nothing.
    'KD+LSKD/wrn_40_2__wrn_16_2': 'inconclusive',
    'SD-KD/wrn_40_2__wrn_16_2': 'no reference',
    'OFA/wrn_40_2__wrn_16_2': 'not run',
  });
  assert.deepEqual(new Set(Object.values(words(proxy))), new Set(['not comparable']));
});

test('a scale below paper is not comparable even where its plan forgot to say so', async (context) => {
  const spec = makeSpec({ scale: 'smoke' });
  const options = {
    scale: 'smoke' as const,
    notComparable: null,
    rows: [{ name: 'KD', method: 'kd', specs: [spec] }],
  };
  const workspace = temporaryFolder(context);
  writePlan(workspace, { ...makePlan(options), notComparable: null });
  writeJournal(workspace, makeJournal({ spec, accuracies: [20] }));
  const [table] = await models(workspace);
  assert.equal(table?.cells[0]?.verdict.word, 'not comparable');
  assert.match(table?.notComparable ?? '', /smoke run is not the published protocol/);
});

test('at paper scale a cell that departs from its protocol is not comparable, whatever its numbers, and its neighbour is', async (context) => {
  const reason = 'the training departs from the published protocol: epochs 12, published 240.';
  const place = { table: 'made-up', column: 'resnet20__resnet8' };
  const specs = (method: string) =>
    [1, 2, 3].map((seed) => makeSpec({ seed, method, scale: 'paper' }));
  const [kd, dkd] = [specs('kd'), specs('dkd')];
  const workspace = temporaryFolder(context);
  const plan = makePlan({
    scale: 'paper',
    rows: [
      { name: 'KD', method: 'kd', published: { ...place, row: 'KD' }, specs: kd },
      {
        ...{ name: 'DKD', method: 'dkd', published: { ...place, row: 'DKD' }, specs: dkd },
        notComparable: reason,
      },
    ],
  });
  writePlan(workspace, plan);
  for (const spec of [...kd, ...dkd]) {
    const accuracy = 20 + spec.seed / 100;
    writeJournal(workspace, makeJournal({ spec, accuracies: [accuracy, accuracy] }));
  }
  const published = ['KD', 'DKD'].map((row) => madeUp(row, 20.02));
  const [table] = await models(workspace, published);
  assert.equal(table?.notComparable, null);
  const [same, other] = table?.cells ?? [];
  assert.deepEqual([same?.verdict.word, same?.notComparable], ['reproduced', null]);
  assert.deepEqual([other?.verdict.word, other?.verdict.reason], ['not comparable', reason]);
  assert.deepEqual(other?.verdict.comparisons, {});
  const view = tableView(table as TableModel, [], new Map());
  const [one, two] = (view.sections[0]?.rows ?? []).map(({ cells }) => cells[0]);
  assert.deepEqual([one?.difference, one?.notes], ['+0.00', []]);
  assert.deepEqual([two?.published, two?.difference, two?.notes], ['20.02', '', ['a']]);
  assert.match(view.sections[0]?.notes[0]?.text ?? '', /^Published, not comparable: .*epochs 12/);
  assert.match(tableMarkdown(table as TableModel), /DKD, [^\n]*epochs 12, published 240/);
  const { decisions, stuck } = decide([table as TableModel], [], new Map());
  assert.deepEqual([decisions, stuck], [[], []]);
  // A claim of DKD over KD, on any pair: its paper evidence must not have the cell that departs.
  const known = loadPublished();
  const claim = loadClaims(known).find(({ kind }) => kind === 'better') as Claim;
  const findings = (of: TableModel) =>
    claimModels(
      [{ ...claim, metric: 'top1', comparisons: [{ a: 'dkd', b: 'kd', published: [] }] }],
      known,
      [of],
      [],
    )[0]?.paper.findings.length;
  const asIf = { ...(table as TableModel), cells: [same, { ...other, notComparable: null }] };
  assert.deepEqual([findings(table as TableModel), findings(asIf as TableModel)], [0, 1]);
});

test('a stored plan from before protocols were compared is comparable with nothing published', async (context) => {
  const spec = makeSpec({ scale: 'paper' });
  const place = { table: 'made-up', row: 'KD', column: 'resnet20__resnet8' };
  const plan = makePlan({
    scale: 'paper',
    rows: [{ name: 'KD', method: 'kd', published: place, specs: [spec] }],
  });
  const workspace = temporaryFolder(context);
  const cells = plan.cells.map(({ notComparable: _, ...cell }) => cell);
  writePlan(workspace, { ...plan, cells } as unknown as typeof plan);
  writeJournal(workspace, makeJournal({ spec, accuracies: [20] }));
  const [table] = await models(workspace, [madeUp('KD', 20)]);
  assert.equal(table?.cells[0]?.verdict.word, 'not comparable');
  assert.match(table?.cells[0]?.verdict.reason ?? '', /plan the suite again/);
});

/** A published number of the made-up table. */
function madeUp(row: string, value: number): PublishedNumberRow {
  return {
    ...{ table: 'made-up', row, column: 'resnet20__resnet8', metric: 'top1', part: null },
    ...{ value, sd: null, unit: '%', decimals: 2, higherIsBetter: true, selection: 'last' },
    ...{ runsAveraged: null, paper: 'Made up', caption: 'Made up', source: 'a test' },
    ...{ trust: 'primary', dataset: 'cifar100' },
  };
}

test('seeds are paired, and only the seeds that both have', async (context) => {
  const kd = [1, 2, 3].map((seed) => makeSpec({ seed }));
  const alone = [2, 3, 4].map((seed) => none(seed));
  const table = await model(
    context,
    {
      rows: [
        { name: 'Student', method: 'none', specs: alone },
        { name: 'KD', method: 'kd', specs: kd },
      ],
    },
    [
      [kd[0], 99],
      [kd[1], 22],
      [kd[2], 24],
      [alone[0], 20],
      [alone[1], 21],
      [alone[2], 1],
    ] as [TrialSpec, number][],
  );
  const [student, distilled] = table.cells;
  assert.deepEqual(student?.paired, []);
  const difference = distilled?.paired[0]?.difference;
  assert.deepEqual([difference?.seeds, difference?.mean], [[2, 3], 2.5]);
  // t(0.95, 1) = 6.3138; sd of (2, 3) is 0.70711.
  assert.ok(Math.abs((difference?.low as number) - (2.5 - 6.313752 * 0.5)) < 1e-5);
});

test('rows under other conditions are not paired', async (context) => {
  const recipe = { ...makeSpec().recipe, epochs: 480 };
  const long = makeSpec({ recipe });
  const table = await model(
    context,
    {
      rows: [
        { name: 'Student', method: 'none', specs: [none(1)] },
        { name: 'Long KD', method: 'kd', specs: [long] },
      ],
    },
    [
      [none(1), 20],
      [long, 25],
    ],
  );
  const paired = table.cells[1]?.paired[0];
  assert.equal(paired?.difference, null);
  assert.match(paired?.missing ?? '', /another recipe/);
});

test('a row that shows the teachers is no baseline of the students', async (context) => {
  const teacher = none(1, { role: 'teacher', model: 'resnet20' });
  const kd = makeSpec({ teacher: { kind: 'trial', model: 'resnet20', trial: trialId(teacher) } });
  const table = await model(
    context,
    {
      rows: [
        { name: 'Teacher', method: 'none', specs: [teacher] },
        { name: 'Student', method: 'none', specs: [none(1)] },
        { name: 'KD', method: 'kd', specs: [kd] },
      ],
    },
    [
      [teacher, 50],
      [none(1), 20],
      [kd, 25],
    ],
  );
  assert.deepEqual(
    table.cells.map(({ paired }) => paired.map(({ baseline }) => baseline)),
    [[], [], ['Student']],
  );
  const [column] = table.sections[0]?.columns ?? [];
  assert.deepEqual(
    column?.teachers.map((one) => [one.model, one.measured?.mean, one.note]),
    [['resnet20', 50, null]],
  );
});

test('a teacher below its gate, failed or missing says so in the head of the table', async (context) => {
  const workspace = temporaryFolder(context);
  const note = async () => (await models(workspace))[0]?.sections[0]?.columns[0]?.teachers[0]?.note;
  const teacher = none(1, { role: 'teacher', model: 'resnet20' });
  const kd = makeSpec({ teacher: { kind: 'trial', model: 'resnet20', trial: trialId(teacher) } });
  writePlan(workspace, makePlan({ teacher, rows: [{ name: 'KD', method: 'kd', specs: [kd] }] }));
  assert.equal(await note(), 'not run');
  writeJournal(workspace, makeJournal({ spec: teacher, accuracies: [30] }));
  assert.equal(await note(), 'below its gate of 40');
  writeJournal(
    workspace,
    makeJournal({ spec: teacher, accuracies: [30], end: { state: 'diverged', reason: 'NaN' } }),
  );
  assert.equal(await note(), 'diverged');
});

test('an imported teacher shows what its measuring gave', async (context) => {
  const imported = { kind: 'checkpoint', model: 'resnet20', sha256: 'a'.repeat(64) } as const;
  const teacher = none(0, { role: 'teacher', model: 'resnet20', teacher: imported });
  const kd = makeSpec({ teacher: imported });
  const options = { teacher, rows: [{ name: 'KD', method: 'kd', specs: [kd] }] };
  const table = await model(context, options, [[teacher, 79]]);
  const [shown] = table.sections[0]?.columns[0]?.teachers ?? [];
  assert.deepEqual([shown?.measured?.mean, shown?.note], [79, 'imported checkpoint']);
});

test('a run without an end is not in the mean', async (context) => {
  const workspace = temporaryFolder(context);
  const specs = [1, 2].map((seed) => makeSpec({ seed }));
  writePlan(workspace, makePlan({ rows: [{ name: 'KD', method: 'kd', specs }] }));
  writeJournal(workspace, makeJournal({ spec: specs[0] as TrialSpec, accuracies: [20] }));
  writeJournal(
    workspace,
    makeJournal({ spec: specs[1] as TrialSpec, accuracies: [90], end: null }),
  );
  const [table] = await models(workspace);
  assert.deepEqual([table?.cells[0]?.last?.mean, table?.cells[0]?.last?.n], [20, 1]);
});

test('the summary is a Markdown table whose cells cannot break it', async (context) => {
  const kd = [1, 2].map((seed) => makeSpec({ seed }));
  const table = await model(
    context,
    {
      notComparable: 'Proxy: small pictures.',
      rows: [
        { name: 'a|b\u001b[31m', method: 'kd', specs: kd },
        { name: 'OFA', method: 'ofa', specs: [], notRun: 'no network' },
      ],
    },
    [
      [kd[0], 25],
      [kd[1], 26],
    ] as [TrialSpec, number][],
  );
  assert.equal(
    tableMarkdown(table),
    `## Quick suite (quick, proxy)

2 cells: ≠ not comparable 1, ○ not run 1.

All seeds were taught by one teacher, resnet20 (cccccccccccc): what is said here holds for that teacher. How far another training of the teacher would move the numbers was not measured.

Not comparable with the publication: Proxy: small pictures.

Top-1 accuracy (%), last epoch, mean ± sd (n seeds)
- teacher resnet20: imported checkpoint

| Method     | resnet8              |
| ---------- | -------------------- |
| a\\|b \\[31m | 25.50 ± 0.71 (n = 2) |
| OFA        | ○ not run            |
`,
  );
});

test('a gate is held against the headline metric, whatever a suite measures first', async (context) => {
  const teacher = makeSpec({ role: 'teacher', method: 'none', hyper: {}, teacher: null });
  const student = makeSpec({
    teacher: { kind: 'trial', model: teacher.model, trial: trialId(teacher) },
  });
  const plan = makePlan({ teacher, rows: [{ name: 'KD', method: 'kd', specs: [student] }] });
  const workspace = temporaryFolder(context);
  writePlan(workspace, {
    ...plan,
    cells: plan.cells.map((cell) => ({ ...cell, metric: 'top5' })),
  });
  // Its top-1 of 30 is below the gate of 40, its top-5 of 50 is not.
  writeJournal(workspace, makeJournal({ spec: teacher, accuracies: [30] }));
  const [table] = await models(workspace);
  const gate = cellDigest([table as TableModel]).groups[0]?.entries[0];
  assert.deepEqual([gate?.word, gate?.message], ['below its gate', '30.00, and the gate is 40']);
  const [section] = (table as TableModel).sections;
  assert.equal(section?.columns[0]?.teachers[0]?.note, 'below its gate of 40');
});
