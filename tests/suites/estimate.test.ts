import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import '../../runners/networks/all.ts';
import { multiplications } from '../../bench/operations.ts';
import { estimateLines } from '../../cli/output/plan.ts';
import type { Plan } from '../../contract/plan-types.ts';
import { networkNames } from '../../runners/networks/registry.ts';
import { assumedRate, estimateCost } from '../../suites/estimate.ts';
import { makePlan, makeSpec } from '../results/builder.ts';

const file = new URL('../../suites/operations.json', import.meta.url);
const table = JSON.parse(readFileSync(file, 'utf8'));

test('every network of classification is counted, and counts are those of its passes', () => {
  assert.deepEqual(Object.keys(table).sort(), [...networkNames()].sort());
  // One of each kind of operation: convolutions, depthwise ones, matrix products of tokens.
  for (const name of ['resnet20', 'shufflenetv2', 'imagenet-mobilenetv1', 'deit_t']) {
    assert.equal(multiplications(name), table[name].multiplications, name);
  }
  // 0.041 G multiply-adds, as He et al. (arXiv 1512.03385, section 4.2) build it: three stages of
  // six convolutions of 3 x 3 on 32, 16 and 8 pixels.
  const stage = 6 * 9 * 16 * 16 * 32 * 32;
  const rough = 3 * stage;
  assert.ok(Math.abs(table.resnet20.multiplications / rough - 1) < 0.05);
});

const student = makeSpec({ model: 'resnet8', recipe: { ...makeSpec().recipe, epochs: 2 } });
const taught = makePlan({ rows: [{ name: 'KD', method: 'kd', specs: [student] }] });
const priced = (plan: Plan, tested = 100) => estimateCost(plan, tested);

test('a plan is estimated by the passes of student and teacher, evaluation included', () => {
  const own = 2 * table.resnet8.multiplications;
  const teacher = 2 * table.resnet20.multiplications;
  const pictures = 30 * 64;
  const expected = pictures * (3 * own + teacher) + 2 * 100 * own;
  const found = priced(taught);
  assert.equal(found?.operations, expected);
  assert.equal(found?.gpuHours, expected / assumedRate / 3600);
  const [trial] = taught.trials as [Plan['trials'][number]];
  const alone = { ...trial, spec: { ...student, teacher: null } };
  assert.equal(priced({ ...taught, trials: [alone] }, 0)?.operations, pictures * 3 * own);
});

test('a larger input costs by its pixels, and what is not counted is named', () => {
  const [trial] = taught.trials as [Plan['trials'][number]];
  const input = { kind: 'random-resized-crop', size: 64, resize: 80 } as const;
  const spec = { ...student, recipe: { ...student.recipe, input } };
  const large = priced({ ...taught, trials: [{ ...trial, spec }] });
  assert.equal(large?.operations, 4 * (priced(taught)?.operations ?? 0));
  const foreign = { ...trial, spec: { ...student, model: 'retinanet-r18' } };
  assert.equal(priced({ ...taught, trials: [foreign] }), null);
  assert.deepEqual(priced({ ...taught, trials: [trial, foreign] })?.uncounted, ['retinanet-r18']);
});

test('the sentence says that nothing was measured, the rate, and one digit', () => {
  const about = { operations: 4.24e17, rate: 5e12, uncounted: [] };
  const [line = ''] = estimateLines({ gpuHours: 23.6, ...about });
  assert.match(line, /^Estimate, not measured: about 20 GPU-hours .* 4e\+17 .* at 5e\+12 a second/);
  assert.match(estimateLines({ gpuHours: 0.004, ...about })[0] ?? '', /less than 0\.1 GPU-hours/);
  assert.deepEqual(estimateLines(null), []);
});
