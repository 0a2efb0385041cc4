import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UsageError } from '../../common/errors.ts';
import { loadPublished } from '../../reference/published/loader.ts';

const published = loadPublished();

test('all tables load, and every number has one key', () => {
  assert.equal(published.tables.size, 90);
  const keys = published.cells.map(({ table, row, column, metric }) =>
    JSON.stringify([table, row, column, metric]),
  );
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(published.cells.filter(({ method }) => method !== null).length, 1999);
  for (const { id, rows, cells } of published.tables.values()) {
    for (const cell of cells) assert.ok(rows.includes(cell.row), `${id}: ${cell.row}`);
  }
});

test('a cell says what it is and where it was read', () => {
  const cell = published.cell('lskd-table2', 'KD+LSKD', 'resnet32x4__resnet8x4');
  assert.equal(cell?.value, 76.62);
  assert.equal(cell?.metric, 'top1');
  assert.equal(cell?.selection, 'unknown');
  assert.equal(cell?.runsAveraged, 4);
  assert.equal(cell?.gain, 3.29);
  assert.equal(cell?.trust, 'primary');
  assert.match(cell?.source ?? '', /arXiv 2403\.01427/);
});

test('scores in the head of a table are rows of their own', () => {
  assert.equal(published.cell('lskd-table2', 'Teacher', 'resnet32x4__resnet8x4')?.value, 79.42);
  assert.equal(published.cell('lskd-table2', 'Student', 'resnet32x4__resnet8x4')?.value, 72.5);
});

test('the best and the last epoch of a log are told apart', () => {
  const of = (part: string) =>
    published.cell('lskd-logs', `KD+LSKD (${part})`, 'resnet32x4__resnet8x4');
  assert.deepEqual([of('best')?.value, of('best')?.selection], [76.66, 'best']);
  assert.deepEqual([of('last')?.value, of('last')?.selection], [76.28, 'last']);
});

test('standard deviations, several metrics of one cell and repeated methods keep their keys', () => {
  assert.equal(typeof published.cell('ctkd-table2', 'PKT', 'resnet56__resnet20')?.sd, 'number');
  const fgd = published.cell(
    'fgd-table1',
    'feature imitation, foreground only',
    'retinanet_r101__retinanet_r50',
    'AR100',
  );
  assert.equal(fgd?.value, 55.6);
  const box = published.cell('fgd-table2', 'FGD', 'fcos_r101__fcos_r50', 'APs');
  assert.deepEqual([box?.value, box?.metric], [27, 'APs']);
  const masks = 'cascade_mask_rcnn_x101__mask_rcnn_r50';
  assert.equal(published.cell('fgd-table3-mask', 'FGD', masks, 'maskAPl')?.value, 52.3);
  assert.equal(published.cell('fgd-table3-mask', 'FGD', masks, 'AP')?.value, 42.1);
  assert.equal(
    published.cell('sdd-table8', 'SD-KD [beta=1]', 'resnet32x4__shufflenetv1')?.value,
    75.62,
  );
});

test('selection rules follow what the sources state', () => {
  assert.equal(published.table('crd-readme-same').selection, 'last');
  assert.equal(published.table('dkd-readme-cifar100-same').selection, 'best');
  assert.equal(published.table('lskd-table2').selection, 'unknown');
  const of = (table: string, row: string, column: string) =>
    published.cell(table, row, column)?.selection;
  assert.equal(of('dkd-readme-cifar100-same', 'KD', 'resnet56__resnet20'), 'last');
  assert.equal(of('dkd-readme-cifar100-same', 'DKD', 'resnet56__resnet20'), 'best');
  // Six of AT's seven numbers are CRD's; nobody says which epoch the seventh is from.
  assert.equal(of('lskd-table2', 'AT', 'resnet56__resnet20'), 'last');
  assert.equal(of('lskd-table2', 'AT', 'resnet110__resnet20'), 'unknown');
});

test('a place without a number is null, an unknown place is refused with the nearest name', () => {
  assert.equal(published.cell('sdd-table1', 'ReviewKD', 'wrn_40_2__vgg8'), null);
  assert.throws(() => published.cell('lskd-tabel2', 'KD', 'x'), /Did you mean "lskd-table2"\?/);
  assert.throws(() => published.cell('lskd-table2', 'KDD', 'x'), /no row "KDD".*"KD"/);
  assert.throws(
    () => published.cell('lskd-table2', 'KD', 'resnet32x4_resnet8x4'),
    /"resnet32x4__resnet8x4"/,
  );
});

const folder = mkdtempSync(join(tmpdir(), 'redistill-published-'));
after(() => rmSync(folder, { recursive: true }));

const table = `id: one
paper: {key: p, title: P, arxiv: null, venue: null, year: 2024}
caption: C
dataset: cifar100
metric: {name: top1, unit: '%', higher_is_better: true, decimals: 2}
protocol: {epochs: null, runs_averaged: null, notes: null}
source: {kind: readme, where: here, read_on: '2026-01-01'}
trust: primary
columns:
  - {id: a__b, teacher: a, student: b, teacher_score: 70, student_score: null}
rows:
  - method: KD
    values: {a__b: 71}
`;

function messageOf(
  text: string,
  cells = 1,
  selection = 'default: {selection: unknown, basis: b}\ntables: {}\n',
): string {
  writeFileSync(join(folder, 'one.yaml'), text);
  writeFileSync(
    join(folder, 'index.yaml'),
    `tables:\n  - {id: one, file: one.yaml, cells: ${cells}}\ntotal_cells: 1\n`,
  );
  writeFileSync(join(folder, 'selection.yaml'), selection);
  // A folder is read once per process: give each attempt a path of its own.
  attempt += 1;
  try {
    loadPublished(`${folder}${'/.'.repeat(attempt)}`);
    return 'loaded';
  } catch (error) {
    assert.ok(error instanceof UsageError);
    return error.message
      .replaceAll(/\S*one\.yaml/g, 'one.yaml')
      .replaceAll(/\S*index\.yaml/g, 'index.yaml')
      .replaceAll(/\S*selection\.yaml/g, 'selection.yaml');
  }
}
let attempt = 0;

test('a broken table is refused by file, line and field', () => {
  assert.equal(messageOf(table), 'loaded');
  assert.equal(
    messageOf(table.replace('trust: primary', 'trust: primry')),
    'one.yaml:8: trust: "primry" is not allowed here. Did you mean "primary"?',
  );
  assert.equal(
    messageOf(table.replace('    values: {a__b: 71}', '    values: {a__b: "71"}')),
    'one.yaml:13: rows[0].values.a__b: must be a number or empty (null) or a mapping, not "71".',
  );
  assert.equal(
    messageOf(table.replace('values: {a__b', 'values: {a_b')),
    'one.yaml:13: rows[0].values.a_b: no column "a_b". Did you mean "a__b"?',
  );
  assert.match(
    messageOf(table.replace('caption: C\n', '')),
    /^one\.yaml:1: the file: the field "caption" is missing\.$/,
  );
  assert.equal(
    messageOf(table, 2),
    'index.yaml:2: tables[0].cells: says 2, but one.yaml holds 1 numbers.',
  );
});

test('a part of a table whose epoch differs names rows and columns that exist, each once', () => {
  const of = (...parts: readonly string[]) =>
    messageOf(
      table,
      1,
      `default: {selection: unknown, basis: b}\ntables:\n  one:\n    parts:\n${parts.map((part) => `      - {${part}, selection: last, basis: b}\n`).join('')}`,
    );
  assert.equal(of('rows: [KD]'), 'loaded');
  assert.match(of('rows: [KDD]'), /selection\.yaml:5: tables\.one\.parts\[0\]\.rows: no row "KDD"/);
  assert.match(of('rows: [KD], columns: [a_b]'), /columns: no column "a_b".*"a__b"/);
  assert.match(of('rows: [KD]', 'rows: [KD]'), /parts\[1\].*"KD", "a__b" is in an earlier part/);
});
