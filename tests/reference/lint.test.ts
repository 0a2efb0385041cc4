import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { lintPublished, type Rule, recordFails } from '../../reference/published/lint/index.ts';
import { loadPublished, type Published } from '../../reference/published/loader.ts';
import type { PublishedCell, PublishedTable } from '../../reference/published/types.ts';
import { recordView } from '../../reports/pages/record.ts';

const lint = lintPublished(loadPublished());
const findings = (rule: Rule) =>
  lint.groups.filter((group) => group.rule === rule).flatMap((group) => group.findings);

/**
 * The lines of a part of what was written down when the tables were collected: by another program,
 * and partly by hand.
 */
function oracle(part: string): readonly string[] {
  const text = readFileSync(
    new URL('../../reference/published/conflicts.md', import.meta.url),
    'utf8',
  );
  const [, section = ''] = text.split(`\n## ${part}. `);
  const lines = (section.split('\n## ')[0] as string).split('\n');
  return lines.filter((line) => line.startsWith('- ')).map((line) => line.slice(2));
}

test('every printed gain is added up, and the wrong ones are those that were found before', () => {
  assert.deepEqual(lint.gains, { checked: 229, wrong: 17, unchecked: 0 });
  const ours = findings('gain-sum').flatMap(({ evidence }) =>
    evidence
      .filter(({ gain }) => gain !== null)
      .map((cell) => `${cell.table}, ${cell.row}, ${cell.teacher} -> ${cell.student}`),
  );
  const theirs = oracle('D').map((line) => line.split(':')[0] as string);
  assert.equal(theirs.length, 17);
  assert.deepEqual(ours.toSorted(), theirs.toSorted());
});

test('the gain of SD-KD for resnet32x4 to ShuffleNetV2 is named with its figures and both its sources', () => {
  const found = findings('gain-sum').find(({ sentence }) => sentence.includes('2.32'));
  assert.equal(found?.sentence, '76.67 − 74.45 = 2.22, printed 2.32.');
  assert.equal(found?.severity, 'error');
  assert.deepEqual(
    [...new Set(found?.evidence.map(({ table }) => table))],
    ['sdd-table2', 'sdd-readme-cifar100'],
  );
});

test('the two MobileNetV2 columns of SDD agree in five rows, which other sources contradict for VGG13', () => {
  const [found, ...more] = findings('copied-column');
  assert.deepEqual(more, []);
  assert.match(
    found?.sentence ?? '',
    /in 5 of \d+ rows: FitNet 63\.16, RKD 64\.43, SP 68\.08, PKT 66\.52, CRD 69\.11/,
  );
  assert.match(found?.sentence ?? '', /CRD vgg13 → mobilenetv2 69\.73 \(.*crd-readme-different/);
  assert.doesNotMatch(found?.sentence ?? '', /resnet50 → mobilenetv2 \d/);
});

test('the slips that a person found: a copied neighbour, and a column with the wrong student', () => {
  assert.deepEqual(
    findings('copied-cell').map(({ subject }) => subject),
    ['cifar100, wrn_40_2 → shufflenetv1, PKT'],
  );
  const [column, ...more] = findings('mislabelled-column');
  assert.deepEqual(more, []);
  assert.equal(column?.subject, 'cifar100, resnet32x4 → mobilenetv2');
  assert.match(column?.sentence ?? '', /are the numbers of resnet32x4 → shufflenetv2 in/);
});

test('cells with two numbers are exactly those that were found before', () => {
  const ours = new Set(findings('two-numbers').map(({ subject }) => subject));
  const theirs = oracle('B').map((line) =>
    (line.split(': **')[0] as string).replace('->', '→').replace(/mAP$/, 'AP'),
  );
  assert.equal(theirs.length, 71);
  assert.deepEqual([...ours].toSorted(), theirs.toSorted());
  assert.equal(findings('network-score').length, oracle('C').length);
});

test('a quotation is held against the paper that it quotes', () => {
  const found = findings('two-numbers').find(
    ({ subject }) => subject === 'cifar100, resnet50 → mobilenetv2, CTKD, top1',
  );
  assert.match(found?.sentence ?? '', /^68\.67 in lskd-.*, but 68\.47 in ctkd-table1 \(\+0\.20\)/);
});

test('what rests on second-hand numbers is marked, and nothing else is', () => {
  for (const { findings: list } of lint.groups) {
    for (const finding of list) {
      if (!finding.secondary) continue;
      assert.ok(
        finding.evidence.some(({ trust }) => trust === 'secondary'),
        finding.subject,
      );
      assert.ok(!['error', 'suspect'].includes(finding.severity), finding.subject);
    }
  }
  const ofa = findings('two-numbers').filter(({ subject }) => subject.includes('OFA'));
  assert.deepEqual(
    ofa.map(({ secondary }) => secondary),
    [true, true],
  );
});

test('LSKD sets last-epoch numbers of CRD beside best-epoch numbers of DKD', () => {
  const found = findings('mixed-epochs').find(
    ({ evidence }) => evidence[0]?.table === 'lskd-table2',
  );
  assert.match(found?.sentence ?? '', /Last epoch: .*CRD \(7 of 7 numbers as in crd-readme-same\)/);
  assert.match(
    found?.sentence ?? '',
    /Best epoch: DKD \(5 of 7 numbers as in dkd-readme-cifar100-same\)/,
  );
});

test('every row has the epoch of the source that its digits repeat, and the record fails where one has not', () => {
  assert.deepEqual(findings('recorded-epoch'), []);
  assert.equal(recordFails(lint), false);
  const real = loadPublished();
  const kd = (cell: PublishedCell) =>
    cell.table === 'dkd-readme-cifar100-same' && cell.row === 'KD';
  assert.equal(real.cells.filter(kd).length, 6);
  assert.ok(real.cells.filter(kd).every(({ selection }) => selection === 'last'));
  // As the record had it: one rule for the whole table.
  const asTable = (cell: PublishedCell): PublishedCell =>
    kd(cell) ? { ...cell, selection: 'best' } : cell;
  const tables = new Map(
    [...real.tables].map(([id, table]) => [id, { ...table, cells: table.cells.map(asTable) }]),
  );
  const wrong = lintPublished({ ...real, tables, cells: real.cells.map(asTable) });
  assert.equal(recordFails(wrong), true);
  const [group] = wrong.groups.filter(({ rule }) => rule === 'recorded-epoch');
  assert.match(
    group?.findings[0]?.sentence ?? '',
    /The record says best, but 6 of 6 numbers as in crd-readme-same, which are of the last epoch/,
  );
});

test('five of twelve averages of MLKD+LSKD are the best epoch of the one run whose log is posted', () => {
  const found = findings('one-run-average');
  assert.equal(found.length, 5);
  for (const { subject, severity, sentence, evidence } of found) {
    assert.match(subject, /MLKD\+LSKD/);
    assert.equal(severity, 'suspect');
    assert.match(sentence, /average over 4 runs/);
    const [average, best] = evidence;
    assert.equal(average?.value, best?.value);
    assert.deepEqual([average?.runsAveraged, best?.runsAveraged], [4, 1]);
  }
  const [group] = lint.groups.filter(({ rule }) => rule === 'one-run-average');
  assert.match(group?.title ?? '', /5 of 12 averages/);
});

/** A made-up record: a table with numbers by row, of one pair per column. */
function record(
  values: Readonly<Record<string, readonly number[]>>,
  gain: number | null = null,
): Published {
  const real = loadPublished();
  const base = real.table('lskd-table1');
  const columns = base.columns.slice(0, 2);
  const example = base.cells.find(({ method }) => method === 'KD') as PublishedCell;
  const cells = Object.entries(values).flatMap(([method, row]) =>
    row.map((value, index): PublishedCell => {
      const { id, teacher, student } = columns[index] as (typeof columns)[number];
      const own = method === 'KD+LSKD' ? gain : null;
      return { ...example, row: method, method, column: id, teacher, student, value, gain: own };
    }),
  );
  const table: PublishedTable = { ...base, columns, rows: Object.keys(values), cells };
  return { ...real, tables: new Map([[base.id, table]]), cells, table: () => table };
}

test('a gain that adds up is no finding; one that is off by a last digit is rounding; more is an error', () => {
  const of = (gain: number) =>
    lintPublished(record({ KD: [70.1], 'KD+LSKD': [71.3] }, gain)).groups.map(
      ({ severity }) => severity,
    );
  assert.deepEqual(
    [of(1.2), of(1.21), of(1.19), of(1.22)],
    [[], ['rounding'], ['rounding'], ['error']],
  );
});

test('two equal rows of two columns are a coincidence, three are not', () => {
  const rows = { AT: [70.11, 70.11], RKD: [71.22, 71.22], KD: [70.1, 70.3] };
  assert.deepEqual(lintPublished(record(rows)).groups, []);
  const more = lintPublished(record({ ...rows, CRD: [69.5, 69.5] })).groups;
  assert.deepEqual(
    more.map(({ rule }) => rule),
    ['copied-column'],
  );
});

test('the page folds what it does not show at once, and loses nothing', () => {
  const view = recordView(loadPublished());
  const shown = view.rules.flatMap(({ groups }) =>
    groups.flatMap(({ findings: list, more }) => [...list, ...more]),
  );
  assert.equal(shown.length, lint.groups.flatMap((group) => group.findings).length);
  assert.equal(
    view.tally.reduce((sum, { count }) => sum + count, 0),
    shown.length,
  );
  assert.ok(
    view.rules.every(({ groups }) => groups.every(({ findings: list }) => list.length <= 3)),
  );
  for (const { sources } of shown) assert.ok(sources.length > 0);
});
