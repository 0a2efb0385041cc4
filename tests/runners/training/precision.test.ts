import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cohortKey } from '../../../contract/cohort-key.ts';
import type { TrialSpec } from '../../../contract/spec.ts';
import { checkPrecision } from '../../../runners/training/precision.ts';
import { fakeTrial } from '../executors/fixtures/fake.ts';

const { spec } = fakeTrial('resnet8', { T: 4 }, { teacher: fakeTrial('resnet20') });
const mixed: TrialSpec = { ...spec, recipe: { ...spec.recipe, precision: 'mixed' } };
const onGpu = { device: 'gpu', mode: 'recorded' } as const;

it('mixed precision is trained on a GPU, recorded; 32 bits anywhere', () => {
  checkPrecision([spec, mixed], onGpu);
  checkPrecision([spec], { device: 'cpu', mode: 'eager' });
  for (const conditions of [
    { ...onGpu, device: 'cpu' } as const,
    { ...onGpu, mode: 'eager' } as const,
  ]) {
    assert.throws(() => checkPrecision([spec, mixed], conditions), {
      code: 'TRIAL_PRECISION',
      message: /resnet8 asks for mixed precision \(recipe .*, field "precision"\)/,
    });
  }
});

it('a cohort has one precision', () => {
  assert.notEqual(cohortKey(mixed), null);
  assert.notEqual(cohortKey(mixed), cohortKey(spec));
});
