import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptLines } from '../../cli/output/plan.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import {
  type KeepRule,
  keptStepKey,
  missRate,
  planKept,
  teacherPassKey,
  timesOfEpoch,
} from '../../suites/kept-price.ts';
import { sharedStepKey, stepKey } from '../../suites/price.ts';
import { makeSpec } from '../results/builder.ts';

const trial = (seed: number, method = 'kd'): PlannedTrial => {
  const spec = makeSpec({ seed, method });
  return {
    id: `${method}-${seed}`,
    spec: { ...spec, recipe: { ...spec.recipe, epochs: 240 } },
    after: [],
    gate: null,
    steps: 1000,
  };
};
const rule: KeepRule = {
  refusal: ({ method }) => (method === 'at' ? 'at reads more than logits' : null),
  views: () => 162,
  bytes: () => 3e9,
};
const close = (found: number | undefined, expected: number) =>
  assert.ok(Math.abs((found ?? Number.NaN) - expected) < 1e-3, `${found} is not ${expected}`);

test('a view is missing until it was drawn, and always where there is no room', () => {
  assert.deepEqual([missRate(162, 0), missRate(1, 1), missRate(2, 1)], [1, 0, 0.5]);
  close(missRate(162, 240), 0.2262);
  close(missRate(162, 240, 0.5), 0.6131);
  assert.equal(missRate(162, 1e9, 0), 1);
});

test('seeds that come later find what those before have kept', () => {
  const units = [1, 2, 3, 4, 5].map((seed) => [trial(seed)]);
  const { units: kept, bytes } = planKept(units, new Map(), rule, null);
  assert.equal(bytes, 3e9);
  close(kept[0]?.misses.mean, 0.5223);
  close(kept[1]?.misses.mean, 0.1182);
  close(
    kept.reduce((sum, { misses }) => sum + misses.mean / 5, 0),
    0.1349,
  );
});

test('outputs are kept where that costs less by what was measured', () => {
  const [kd, dkd] = [trial(1), trial(1, 'dkd')] as const;
  const spec = kd.spec;
  const unit = [kd, dkd];
  const times = (pass: number, part: number) =>
    new Map([
      [sharedStepKey(spec, 2), [400]],
      [sharedStepKey(dkd.spec, 2), [420]],
      [keptStepKey(spec, 1), [part]],
      [keptStepKey(dkd.spec, 1), [part]],
      [teacherPassKey(spec), [pass]],
    ]);
  const [large] = planKept([unit], times(300, 250), rule, null).units;
  assert.equal(large?.pays, true);
  assert.equal(large?.msComputed, 820);
  close(large?.msKept ?? 0, 2 * 250 + 300 * 0.522275);
  close(large?.shares?.[0], 250 + 150 * 0.522275);
  const [small] = planKept([unit], times(300, 400), rule, null).units;
  assert.equal(small?.pays, false);
  // Without the students' part: the whole step without the teacher's pass.
  const whole = new Map([
    [stepKey(spec), [600]],
    [teacherPassKey(spec), [300]],
  ]);
  close(planKept([[kd]], whole, rule, null).units[0]?.msKept ?? 0, 300 + 300 * 0.522275);
  const lines = keptLines(planKept([unit, [trial(2, 'at')]], times(300, 250), rule, null));
  assert.match(lines[0] ?? '', /would be kept with --keep-outputs in 1 of 1 process, 2.8 GiB/);
  assert.match(lines[1] ?? '', /100 % missing in the first epoch, 23 % in the last, 52 % over all/);
  assert.match(lines[2] ?? '', /1 x computed in every step: at reads more than logits/);
});

test('without room, and where no view comes again, nothing is kept', () => {
  assert.equal(planKept([[trial(1)]], new Map(), rule, 3e9).units[0]?.pays, true);
  assert.equal(planKept([[trial(1)]], new Map(), rule, 3e6).units[0]?.pays, false);
  const once = trial(1);
  const short = { ...once, spec: { ...once.spec, recipe: { ...once.spec.recipe, epochs: 1 } } };
  assert.equal(planKept([[short]], new Map(), rule, null).units[0]?.pays, false);
});

test("a journalled epoch with kept outputs is the students' part and the teacher's passes", () => {
  const { spec } = trial(1);
  const epoch = { msPerStep: 300, trainSeconds: 30, students: 2 };
  assert.deepEqual(timesOfEpoch(spec, epoch), [[sharedStepKey(spec, 2), 150]]);
  const outputs = { computed: 640, passes: 10, seconds: 3 };
  assert.deepEqual(timesOfEpoch(spec, { ...epoch, teacherOutputs: outputs }), [
    [keptStepKey(spec, 2), 135],
    [teacherPassKey(spec), 300],
  ]);
});
