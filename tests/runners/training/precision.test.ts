import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cohortKey } from '../../../contract/cohort-key.ts';
import type { TrialSpec } from '../../../contract/spec.ts';
import { checkPrecision, precisionNote } from '../../../runners/training/precision.ts';
import { fakeTrial } from '../executors/fixtures/fake.ts';

const { spec } = fakeTrial('resnet8', { T: 4 }, { teacher: fakeTrial('resnet20') });
const mixed: TrialSpec = { ...spec, recipe: { ...spec.recipe, precision: 'mixed' } };
const onGpu = { device: 'gpu', mode: 'recorded' } as const;

const onCpu = { ...onGpu, device: 'cpu' } as const;

it('mixed precision is trained recorded, on a GPU and on a processor with bfloat16; 32 bits anywhere', () => {
  checkPrecision([spec, mixed], onGpu, null);
  for (const processor of ['amx', 'avx512'] as const) {
    checkPrecision([spec, mixed], onCpu, processor);
    assert.throws(() => checkPrecision([mixed], { ...onCpu, mode: 'eager' }, processor), {
      code: 'TRIAL_PRECISION',
      message: /resnet8 asks for mixed precision \(recipe .*, field "precision"\).*eagerly/,
    });
  }
  checkPrecision([spec], { device: 'cpu', mode: 'eager' }, null);
  assert.throws(() => checkPrecision([spec, mixed], onCpu, null), {
    code: 'TRIAL_PRECISION',
    message: /field "precision"\), which on a CPU is bfloat16, .* neither AMX nor AVX512-BF16/,
  });
});

it('says that a processor is slower with bfloat16, or has none, where trials ask for it', () => {
  assert.equal(precisionNote([spec], 'cpu', 'avx512'), null);
  assert.equal(precisionNote([mixed], 'gpu', null), null);
  assert.equal(precisionNote([mixed], 'cpu', 'amx'), null);
  assert.match(
    precisionNote([spec, mixed], 'cpu', 'avx512') ?? '',
    /^1 trial asks for mixed precision\. .* no AMX, .* longer than in 32 bits: .* ms beside /,
  );
  assert.match(precisionNote([mixed, mixed], 'cpu', null) ?? '', /^2 trials ask .*--device gpu/);
});

it('a cohort has one precision', () => {
  assert.notEqual(cohortKey(mixed), null);
  assert.notEqual(cohortKey(mixed), cohortKey(spec));
});
