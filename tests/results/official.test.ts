import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { command } from '../../cli/commands/import.ts';
import { readPlanData } from '../../reports/model/plan-data.ts';
import { tableModel } from '../../reports/model/table-model.ts';
import { officialRows, summarizeOfficial } from '../../reports/official-table.ts';
import { siteFiles } from '../../reports/site.ts';
import { officialFacts } from '../../reports/views/official-view.ts';
import { ingest } from '../../results/ingest.ts';
import type { PublishedNumberRow } from '../../results/published.ts';
import { plans } from '../../results/queries.ts';
import { openStore } from '../../results/store.ts';
import { databaseFile, findJournals } from '../../results/workspace.ts';
import { fakeContext } from '../cli/fake-context.ts';
import { makeJournal, makePlan, makeSpec, writeJournal, writePlan } from './builder.ts';
import { temporaryFolder } from './temporary.ts';

/**
 * A log of mdistiller's format with one line per epoch changed from 0; the rates are those of the
 * protocol.
 */
function log(epochs: number, top1: (epoch: number) => number, lr = protocolRate): string {
  const dashes = '-'.repeat(25);
  const blocks = Array.from({ length: epochs }, (_, index) => {
    const epoch = index + 1;
    return `${dashes}\nepoch: ${epoch}\nlr: ${lr(epoch)}\ntrain_acc: 50.00\ntrain_loss: 2.00\ntest_acc: ${top1(epoch).toFixed(2)}\ntest_acc_top5: 90.00\ntest_loss: 1.50\n${dashes}\n`;
  });
  const best = Math.max(...blocks.map((_, index) => top1(index + 1)));
  return `${blocks.join('')}best_acc\t${best.toFixed(2)}`;
}
const protocolRate = (epoch: number): string =>
  epoch <= 150 ? '0.05' : epoch <= 180 ? '0.01' : '0.00';
const rising = (to: number) => (epoch: number) =>
  epoch === 200 ? to + 0.3 : to - (240 - epoch) / 10;

const published: PublishedNumberRow = {
  ...{ table: 'made-up', row: 'KD+LSKD', column: 'resnet56__resnet20', metric: 'top1', part: null },
  ...{ value: 71.43, sd: null, unit: '%', decimals: 2, higherIsBetter: true, selection: 'unknown' },
  ...{ runsAveraged: 4, paper: 'A Paper', caption: 'Table', source: 'there', trust: 'primary' },
  dataset: 'cifar100',
};

const own = makeSpec({
  ...{ scale: 'paper', model: 'resnet20', method: 'kd+lskd', seed: 1 },
  teacher: { kind: 'checkpoint', model: 'resnet56', sha256: 'c'.repeat(64) },
  data: { dataset: 'cifar100', hash: 'd'.repeat(64) },
});

function writeSuite(workspace: string): void {
  const plan = makePlan({
    ...{ suite: 'made-up', scale: 'paper', notComparable: null },
    ...{ column: 'resnet56__resnet20', student: 'resnet20' },
    rows: [
      {
        ...{ name: 'KD+LSKD', method: 'kd+lskd', specs: [own] },
        published: { table: 'made-up', row: 'KD+LSKD', column: 'resnet56__resnet20' },
      },
    ],
  });
  const columns = plan.columns.map((column) => ({ ...column, teacher: 'resnet56' }));
  writePlan(workspace, { ...plan, notComparable: null, columns });
}

function prepare(context: TestContext, files: Readonly<Record<string, string>>) {
  const workspace = temporaryFolder(context);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, 'logs', name)), { recursive: true });
    writeFileSync(join(workspace, 'logs', name), text);
  }
  writeSuite(workspace);
  return workspace;
}

const noOptions = {
  plugin: undefined,
  config: undefined,
  ...{ method: undefined, teacher: undefined, student: undefined, dataset: undefined },
  ...{ model: undefined, prefix: undefined, normalisation: undefined, release: undefined },
  by: undefined,
  ...{ lenient: false, markdown: false, json: false },
};

async function importInto(workspace: string, changes: Partial<typeof noOptions> = {}) {
  const context = fakeContext({ cwd: workspace });
  const options = { ...noOptions, workspace: undefined, ...changes };
  const code = await command.run(context, ['log', 'logs'], options);
  return { code, ...context };
}

async function modelOf(workspace: string) {
  await ingest({ workspace, published: [published] });
  const store = await openStore(databaseFile(workspace), 'read');
  try {
    const [plan] = await plans(store);
    assert.ok(plan);
    const [cell] = tableModel(await readPlanData(store, plan)).cells;
    assert.ok(cell);
    return cell;
  } finally {
    store.close();
  }
}

test('an official run stands beside the cell of its method and pair, and in no mean', async (t) => {
  const workspace = prepare(t, { 'kd,resnet56,resnet20,2,9.txt': log(240, rising(71.3)) });
  assert.equal((await importInto(workspace)).code, 0);
  writeJournal(workspace, makeJournal({ spec: own, accuracies: [60, 65, 70] }));
  const cell = await modelOf(workspace);
  assert.equal(cell.last?.n, 1);
  assert.equal(cell.last?.mean, 70);
  assert.deepEqual(
    cell.trials.map(({ spec }) => spec.implementation),
    ['redistill'],
  );
  const [run] = cell.official;
  assert.equal(cell.official.length, 1);
  assert.deepEqual([run?.best?.value, run?.best?.epoch, run?.last?.value], [71.6, 200, 71.3]);
  assert.equal(run?.spec.implementation, 'official');
  assert.equal(run?.verdict.word, 'inconclusive');
  assert.equal(run?.verdict.position, 'between');
});

test('a training by external code stands beside the cell too, by its own name and in no mean', async (t) => {
  const workspace = prepare(t, {});
  writeJournal(workspace, makeJournal({ spec: own, accuracies: [60, 65, 70] }));
  const spec = makeSpec({
    ...own,
    implementation: 'external',
    teacher: { kind: 'unrecorded', model: 'resnet56' },
  });
  writeJournal(workspace, makeJournal({ spec, accuracies: [61, 66, 71] }));
  const cell = await modelOf(workspace);
  assert.equal(cell.last?.n, 1);
  assert.equal(cell.last?.mean, 70);
  assert.deepEqual(
    cell.official.map((run) => [run.spec.implementation, run.last?.value]),
    [['external', 71]],
  );
  assert.deepEqual(
    officialFacts(cell).map(({ name }) => name),
    ['external best', 'external last', 'external, n = 1'],
  );
});

test('a workspace where nothing was trained reports published, official best and last, with the curve', async (t) => {
  const workspace = prepare(t, { 'KD/kd,resnet56,resnet20,2,9.txt': log(240, rising(71.3)) });
  await importInto(workspace);
  const cell = await modelOf(workspace);
  assert.equal(cell.verdict.word, 'not run');
  const [row] = await officialRows(databaseFile(workspace));
  assert.deepEqual([row?.published, row?.best, row?.last, row?.n], [71.43, 71.6, 71.3, 1]);
  assert.match(row?.source ?? '', /lines 1 to 2161 of KD\/kd,resnet56,resnet20,2,9\.txt/);
  const store = await openStore(databaseFile(workspace), 'read');
  const page: string[] = [];
  for await (const [path, content] of siteFiles(store)) {
    if (path.includes('cell-')) page.push(content);
  }
  store.close();
  assert.match(page.join(), /<h2 id="official">Official runs<\/h2>/);
  assert.match(page.join(), /official run \(log\) from 47\.40 in epoch 1 to 71\.30 in epoch 240/);
});

test('importing the same logs again writes nothing', async (t) => {
  const workspace = prepare(t, { 'kd,resnet56,resnet20,2,9.txt': log(240, rising(71.3)) });
  await importInto(workspace);
  const texts = () => findJournals(workspace).map(({ path }) => readFileSync(path, 'utf8'));
  const before = texts();
  const again = await importInto(workspace);
  assert.match(again.out.at(-1) ?? '', /0 runs imported, 1 was there already/);
  assert.deepEqual(texts(), before);
});

test('of two trainings in one log the last counts, and the first is told', async (t) => {
  const text = log(240, rising(72)) + log(240, rising(71.3));
  const workspace = prepare(t, { 'kd,resnet56,resnet20,2,9.txt': text });
  await importInto(workspace);
  const [run] = (await modelOf(workspace)).official;
  assert.equal(run?.last?.value, 71.3);
  assert.deepEqual(
    run?.otherRuns.map(({ last }) => last?.value),
    [72],
  );
});

test('a log that departs from the protocol, or ends early, is not comparable', async (t) => {
  const departing = prepare(t, {
    'kd,resnet56,resnet20,2,9.txt': log(240, rising(71.3), () => '0.10'),
  });
  await importInto(departing);
  const [run] = (await modelOf(departing)).official;
  assert.equal(run?.verdict.word, 'not comparable');
  assert.match(
    run?.verdict.reason ?? '',
    /learning rate .* first in epoch 1: 0\.10 instead of 0\.05/,
  );
  const short = log(240, rising(71.3)).split('epoch: 130\n')[0] as string;
  const early = prepare(t, { 'kd,resnet56,resnet20,2,9.txt': short });
  assert.equal((await importInto(early)).code, 0);
  const [cut] = (await modelOf(early)).official;
  assert.equal(cut?.verdict.word, 'not comparable');
  assert.match(cut?.run.reason ?? '', /ends after epoch 129 of 240/);
});

test('a line that cannot be read keeps its log out, is named, and makes the exit code 1', async (t) => {
  const workspace = prepare(t, {
    'kd,resnet56,resnet20,2,9.txt': log(240, rising(71.3)).replace('test_loss', 'tset_loss'),
    'kd,vgg13,vgg8,3,9.txt': log(240, rising(74)),
    'worklog.txt': log(240, rising(74.1)),
  });
  const strict = await importInto(workspace);
  assert.equal(strict.code, 1);
  assert.ok(
    strict.err.some((line) =>
      /problem: kd,resnet56,resnet20,2,9\.txt:8: unknown field "tset_loss"/.test(line),
    ),
  );
  assert.ok(strict.err.some((line) => /problem: worklog\.txt: The name .* --method/.test(line)));
  assert.equal(findJournals(workspace).length, 1);
  assert.equal((await modelOf(workspace)).official.length, 0);
  const lenient = await importInto(workspace, { lenient: true });
  assert.equal(lenient.code, 1);
  assert.equal((await modelOf(workspace)).official.length, 1);
});

test('the summary counts what the rows say', () => {
  const row = {
    bestDifference: 0.2,
    lastDifference: -0.1,
    position: 'between',
    verdict: 'inconclusive',
    run: 'a',
  };
  const rows = [
    row,
    { ...row, run: 'b', bestDifference: 0.4, lastDifference: 0.1, position: 'below last' },
  ];
  const summary = summarizeOfficial([...rows, row] as unknown as Parameters<
    typeof summarizeOfficial
  >[0]);
  assert.ok(Math.abs((summary.publishedMinusBest as number) + 0.3) < 1e-12);
  assert.ok(Math.abs(summary.publishedMinusLast as number) < 1e-12);
  assert.deepEqual(summary.positions, { 'below last': 1, between: 1, 'above best': 0 });
});

test('what was imported is shown before it is in the database', async (t) => {
  const workspace = prepare(t, { 'kd,resnet56,resnet20,2,9.txt': log(240, rising(71.3)) });
  await importInto(workspace);
  const show = async (json = false) => {
    const context = fakeContext({ cwd: workspace });
    const options = { ...noOptions, workspace: undefined, json };
    return { code: await command.run(context, ['show'], options), ...context };
  };
  const before = await show();
  assert.equal(before.code, 0);
  assert.match(
    before.out.join('\n'),
    /1 imported run waits for "redistill ingest":\n {2}kd\+lskd, resnet56 -> resnet20, cifar100, 240 epochs, best 71\.60, last 71\.30/,
  );
  await modelOf(workspace);
  const after = await show();
  assert.doesNotMatch(after.out.join('\n'), /waits/);
  assert.match(after.out.join('\n'), /KD\+LSKD/);
});

test('a name that prints no plug-in says aloud what it is taken for, once for all logs of its kind', async (t) => {
  const workspace = prepare(t, {
    'kd,resnet56,resnet20,2,9.txt': log(240, rising(71.3)),
    'kd,vgg13,vgg8,3,9.txt': log(240, rising(74)),
  });
  const { err } = await importInto(workspace);
  const said = err.filter((line) => /"kd" is taken as kd\+lskd/.test(line));
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /1 more/);
});

test('a run of others than the authors stands beside the cell without a verdict', async (t) => {
  const workspace = prepare(t, { 'kd,resnet56,resnet20,2,9.txt': log(240, rising(71.3)) });
  await importInto(workspace, { by: 'others' as never });
  const [run] = (await modelOf(workspace)).official;
  assert.equal(run?.verdict.word, 'not comparable');
  assert.match(run?.verdict.reason ?? '', /not known to be a run of the publication's authors/);
  const wrong = importInto(workspace, { by: 'nobody' as never });
  await assert.rejects(wrong, { code: 'USAGE_OPTION_VALUE' });
});
