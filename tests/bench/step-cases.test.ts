import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  benchMethods,
  differingStudents,
  prepareStep,
  stepPictures,
} from '../../bench/step-cases.ts';

const small = { name: 'small', student: 'resnet8', teacher: 'resnet8' } as const;

test('a student of a list has the bits that it has alone, and others than its neighbour', () => {
  const methods = ['kd', 'dkd'];
  assert.deepEqual(differingStudents({ ...small, methods }, 1), []);
  const step = prepareStep({ ...small, methods }, 'recorded', stepPictures.cohort);
  const before = step.bits(0);
  const [kd, dkd] = step.step() as [number, number];
  assert.notEqual(step.bits(0), before);
  assert.notEqual(step.bits(0), step.bits(1));
  assert.notEqual(kd, dkd);
  step.dispose();
});

test('so has a transformer, whose step has kernels of our own', () => {
  const tokens = { name: 'tokens', student: 'vit_nano', teacher: 'resnet8' } as const;
  const pictures = { batch: 4, side: 32 };
  assert.deepEqual(differingStudents({ ...tokens, methods: ['kd', 'dkd'] }, 1, pictures), []);
});

test('the bench of methods has every method and every plug-in, KD to set them against among them', () => {
  assert.ok(['none', 'kd', 'crd', 'mlkd', 'kd+lskd'].every((id) => benchMethods.includes(id)));
});
