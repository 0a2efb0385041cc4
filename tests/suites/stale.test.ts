import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSuite } from '../../suites/load.ts';
import { planSuite } from '../../suites/plan.ts';
import { staleCells } from '../../suites/stale.ts';
import { fakeContext } from './fake-context.ts';

const text = `schemaVersion: 1
id: sample
title: Sample
task: classification
table: lskd-table2
metrics: {top1: {margin: 0.5}}
columns:
  - {id: resnet32x4__resnet8x4, gate: 78}
rows:
  - {name: Student, method: none}
  - {name: KD}
  - {name: DKD}
scales:
  smoke:
    notComparable: seconds only
    dataset: cifar100
    recipe: {name: cifar-240, overrides: {epochs: 2, schedule: {milestones: [1]}, trainPictures: 640}}
    seeds: [5, 6]
    columns: {resnet32x4__resnet8x4: {teacher: resnet20, student: resnet8}}
`;
const plan = (source: string) =>
  planSuite(parseSuite('sample.yaml', source), 'smoke', fakeContext());
const cell = (row: string) => `${row}/resnet32x4__resnet8x4/top1`;

test('a comment, a title and further seeds make nothing stale', () => {
  const changed = text
    .replace('rows:', '# a comment\nrows:')
    .replace('title: Sample', 'title: Another')
    .replace('seeds: [5, 6]', 'seeds: [6, 5, 7]');
  assert.deepEqual(staleCells(plan(text), plan(changed)), []);
});

test('a learning rate of one row makes just that cell stale, and says which field', () => {
  const changed = text.replace(
    'seeds: [5, 6]',
    'seeds: [5, 6]\n    overrides: [{rows: [DKD], recipe: {optimizer: {lr: 0.2}}}]',
  );
  assert.deepEqual(staleCells(plan(text), plan(changed)), [
    { changes: ['recipe.optimizer.lr 0.05 -> 0.2'], cells: [cell('DKD')] },
  ]);
});

test('a hyper-parameter and the common recipe are told apart, cell by cell', () => {
  const changed = text
    .replace('epochs: 2,', 'epochs: 3,')
    .replace(
      'seeds: [5, 6]',
      'seeds: [5, 6]\n    overrides: [{rows: [KD], hyper: {temperature: 3}}]',
    );
  assert.deepEqual(staleCells(plan(text), plan(changed)), [
    { changes: ['recipe.epochs 2 -> 3'], cells: [cell('Student')] },
    {
      changes: [
        'hyper.temperature 4 -> 3',
        'recipe.epochs 2 -> 3',
        'teacher: recipe.epochs 2 -> 3',
      ],
      cells: [cell('KD')],
    },
    { changes: ['recipe.epochs 2 -> 3', 'teacher: recipe.epochs 2 -> 3'], cells: [cell('DKD')] },
  ]);
});
