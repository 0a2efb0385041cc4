import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSuite } from '../../suites/load.ts';
import { planSuite } from '../../suites/plan.ts';
import {
  evaluationKey,
  pricePlan,
  sharedStepKey,
  shareOfStep,
  stepKey,
} from '../../suites/price.ts';
import { fakeContext } from './fake-context.ts';

const plan = planSuite(
  parseSuite(
    'sample.yaml',
    `schemaVersion: 1
id: sample
title: Sample
task: classification
table: lskd-table2
metrics: {top1: {margin: 0.5}}
columns: [{id: resnet32x4__resnet8x4}]
rows: [{name: Student, method: none}, {name: KD}]
scales:
  paper: {dataset: cifar100, recipe: cifar-240, seeds: [1, 2]}
`,
  ),
  'paper',
  fakeContext(),
);

test('a price is the median of the measured epochs times the steps', () => {
  const measured = new Map(plan.trials.map(({ spec }) => [stepKey(spec), [90, 10, 12]]));
  const price = pricePlan(plan, measured);
  assert.equal(price.unpricedTrials, 0);
  assert.equal(price.steps, 5 * 187_680);
  assert.equal(price.trials[0]?.msPerStep, 12);
  assert.ok(Math.abs((price.hours ?? 0) - (5 * 187_680 * 12) / 3.6e6) < 1e-9);
});

test('nothing is guessed: what was not measured has no price', () => {
  const kd = plan.trials.find(({ spec }) => spec.method === 'kd');
  assert.ok(kd);
  const price = pricePlan(plan, new Map([[stepKey(kd.spec), [20, 30]]]));
  assert.equal(price.unpricedTrials, 3);
  assert.equal(price.trials.find(({ id }) => id === kd.id)?.msPerStep, 25);
  assert.equal(pricePlan(plan, new Map()).hours, null);
});

test('a step and an evaluation in mixed precision have prices of their own', () => {
  const [first] = plan.trials;
  assert.ok(first);
  const { spec } = first;
  const mixed = { ...spec, recipe: { ...spec.recipe, precision: 'mixed' } } as const;
  assert.notEqual(stepKey(mixed), stepKey(spec));
  assert.notEqual(evaluationKey(mixed), evaluationKey(spec));
});

test('a teacher that was imported has no steps, and costs none', () => {
  const [first] = plan.trials;
  assert.ok(first);
  const price = pricePlan({ ...plan, trials: [{ ...first, steps: 0 }] }, new Map());
  assert.deepEqual([price.hours, price.unpricedTrials], [0, 0]);
  const [, second] = plan.trials;
  assert.ok(second);
  const both = pricePlan({ ...plan, trials: [{ ...first, steps: 0 }, second] }, new Map());
  assert.deepEqual([both.hours, both.unpricedTrials], [null, 1]);
});

test('a trial of a cohort costs its measured share, and at most what it costs alone', () => {
  const students = plan.trials.filter(({ spec }) => spec.method === 'kd');
  const [first, second] = students as [(typeof students)[0], (typeof students)[0]];
  const units = [[first, second]];
  const alone = new Map([[stepKey(first.spec), [30]]]);
  assert.equal(shareOfStep(first.spec, 2, alone), 30);
  const measured = new Map([...alone, [sharedStepKey(first.spec, 2), [18, 20, 22]]]);
  const price = pricePlan(plan, measured, units);
  const of = (id: string) => price.trials.find((trial) => trial.id === id)?.msPerStep;
  assert.deepEqual([of(first.id), of(second.id)], [20, 20]);
  assert.equal(pricePlan(plan, measured).trials.find(({ id }) => id === first.id)?.msPerStep, 30);
});

test('evaluations are part of the price where they were measured, and missed where not', () => {
  const students = plan.trials.filter(({ spec }) => spec.method === 'kd');
  const [first, second] = students as [(typeof students)[0], (typeof students)[0]];
  const two = { ...plan, trials: students };
  const steps = new Map([[stepKey(first.spec), [10]]]);
  const without = pricePlan(two, steps);
  assert.deepEqual([without.evaluationHours, without.unpricedEvaluations], [0, 2]);
  const measured = new Map([...steps, [evaluationKey(first.spec), [9000, 5000, 4000]]]);
  const price = pricePlan(two, measured);
  // 240 epochs of each, 5 s at the median.
  assert.ok(Math.abs(price.evaluationHours - (2 * 240 * 5) / 3600) < 1e-9);
  assert.ok(Math.abs((price.hours ?? 0) - (without.hours ?? 0) - price.evaluationHours) < 1e-9);
  assert.equal(price.unpricedEvaluations, 0);
  const shared = new Map([...measured, [evaluationKey(first.spec, 2), [3000]]]);
  const inCohort = pricePlan(two, shared, [[first, second]]);
  assert.deepEqual(
    inCohort.trials.map(({ msPerEvaluation }) => msPerEvaluation),
    [3000, 3000],
  );
});
