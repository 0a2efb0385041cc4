import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Unit } from '../../contract/cohorts.ts';
import { hoursOnProcesses } from '../../suites/elapsed.ts';
import { fakeTrial } from '../runners/executors/fixtures/fake.ts';

const teacher = fakeTrial('teacher');
const students = [1, 2, 3, 4].map((n) => fakeTrial('student', { n }, { teacher }));
const alone = [5, 6].map((n) => fakeTrial('plain', { n }));

/** A price of so many hours for each trial. */
const price = (hours: number | null) => ({
  trials: [teacher, ...students, ...alone].map(({ id, steps }) => ({
    ...{ id, steps, msPerStep: null, msPerEvaluation: null, hours },
  })),
});

const elapsed = (units: readonly Unit[], processes: number, hours: number | null = 1) =>
  hoursOnProcesses(units, price(hours), processes);

test('students wait for their teacher, and others fill the processes', () => {
  const units = [...alone, teacher, ...students].map((trial) => [trial]);
  assert.equal(elapsed(units, 1), 7);
  // The teacher first, beside one that waits for nothing; then five on two processes.
  assert.equal(elapsed(units, 2), 4);
  assert.equal(elapsed(units, Number.POSITIVE_INFINITY), 2);
});

test('a cohort takes as long as the shares of its trials together', () => {
  assert.equal(elapsed([[teacher], students], 8), 5);
});

test('nothing is guessed where a trial has no price, and nothing is there to wait for', () => {
  assert.equal(elapsed([[teacher]], 2, null), null);
  assert.equal(elapsed([], 2), null);
  // A released teacher is no trial of the plan.
  assert.equal(elapsed([students], 1), 4);
});
