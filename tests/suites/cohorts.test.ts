import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryOfUnit, partition, teacherPasses, type Unit } from '../../contract/cohorts.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import { fakeTrial } from '../runners/executors/fixtures/fake.ts';

const limits = {
  students: 100,
  workers: 1,
  memoryMiB: Number.POSITIVE_INFINITY,
  memoryOf: () => 1000,
};
const teacher = fakeTrial('teacher', {}, { epochs: 2 });

function student(name: string, change: Partial<PlannedTrial['spec']> = {}): PlannedTrial {
  const trial = fakeTrial(name, {}, { teacher, epochs: 2 });
  return { ...trial, id: name, spec: { ...trial.spec, ...change } };
}
const names = (units: readonly Unit[]) => units.map((unit) => unit.map(({ id }) => id).join(' '));
const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => student(name));

test('trials of one teacher, seed and stream of batches are trained together', () => {
  const { recipe } = student('x').spec;
  const external = {} as NonNullable<PlannedTrial['spec']['external']>;
  const trials = [
    teacher,
    student('a'),
    student('other seed', { seed: 2 }),
    student('b', { method: 'dkd', model: 'another', hyper: { beta: 2 } }),
    student('other teacher', { teacher: { kind: 'checkpoint', model: 't', sha256: '0' } }),
    student('other data', { data: { dataset: 'none', hash: '1' } }),
    student('other batches', { recipe: { ...recipe, batchSize: 2 } }),
    student('other pictures', { recipe: { ...recipe, augmentation: { crop: null, flip: true } } }),
    student('c', {
      recipe: { ...recipe, optimizer: { ...recipe.optimizer, lr: 5 }, clipNorm: 35 },
    }),
    student('longer', { recipe: { ...recipe, epochs: 3 } }),
    student('taught by nobody', { teacher: null }),
    student('nor this one', { teacher: null }),
    student("others' code", { external }),
    student("others' code again", { external }),
  ];
  assert.deepEqual(names(partition(trials, limits)), [
    teacher.id,
    'a b c',
    'other seed',
    'other teacher',
    'other data',
    'other batches',
    'other pictures',
    'longer',
    'taught by nobody',
    'nor this one',
    "others' code",
    "others' code again",
  ]);
});

test('no worker is left idle for the sake of a larger cohort', () => {
  assert.deepEqual(names(partition(six, limits)), ['a b c d e f']);
  assert.deepEqual(names(partition(six, { ...limits, workers: 2 })), ['a b c', 'd e f']);
  const twoSeeds = [...six, ...['g', 'h'].map((name) => student(name, { seed: 2 }))];
  assert.deepEqual(names(partition(twoSeeds.slice(4), { ...limits, workers: 2 })), ['e f', 'g h']);
});

test('students per process and memory bound a cohort', () => {
  assert.deepEqual(names(partition(six, { ...limits, students: 1 })), 'a b c d e f'.split(' '));
  assert.deepEqual(names(partition(six, { ...limits, students: 4 })), ['a b c', 'd e f']);
  // 450 of the process and 550 of each: two have room in 1600 MiB, one alone runs whatever it
  // takes.
  assert.equal(memoryOfUnit(six.slice(0, 2), limits), 1550);
  assert.deepEqual(names(partition(six, { ...limits, memoryMiB: 1600 })), ['a b', 'c d', 'e f']);
  assert.deepEqual(names(partition(six, { ...limits, memoryMiB: 10 })), 'a b c d e f'.split(' '));
});

test('the saving is counted in forward passes of the teacher', () => {
  const units = partition([teacher, ...six], { ...limits, workers: 2 });
  assert.deepEqual(teacherPasses(units), { shared: 2 * 20, alone: 6 * 20 });
});
