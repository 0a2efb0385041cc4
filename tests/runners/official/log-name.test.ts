import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPublished } from '../../../reference/published/loader.ts';
import { networkNames } from '../../../runners/models/registry.ts';
import { subjectOf } from '../../../runners/official/log-name.ts';
import { vocabularyOf } from '../../../suites/vocabulary.ts';

const networks = [...networkNames(), ...vocabularyOf(loadPublished()).networks];
const subject = (name: string, stated = {}) => subjectOf(name, stated, networks);

test('the convention of LSKD for CIFAR-100: method, pair, temperature, weight, beta', () => {
  assert.deepEqual(subject('dkd,ResNet50,MobileNetV2,2,15,2.0.txt'), {
    method: 'dkd+lskd',
    teacher: 'resnet50',
    student: 'mobilenetv2',
    dataset: 'cifar100',
    hyper: { temperature: 2, kdWeight: 15, beta: 2 },
  });
  // CTKD learns its temperature, so the one in the name is none of its settings.
  assert.deepEqual(subject('ctkd,resnet32x4,ShuffleV2,2,9.txt'), {
    method: 'kd+lskd+ctkd',
    teacher: 'resnet32x4',
    student: 'shufflenetv2',
    dataset: 'cifar100',
    hyper: { kdWeight: 9 },
  });
});

test('short names, and a method that Redistill has not', () => {
  const { teacher, student, method } = subject('mlkd,res110,res32,2,9.txt');
  assert.deepEqual([teacher, student, method], ['resnet110', 'resnet32', 'mlkd+lskd']);
});

test('the convention for ImageNet says nothing of temperature and weight', () => {
  assert.deepEqual(subject('r34_r18_kd_ours.txt'), {
    method: 'kd+lskd',
    teacher: 'imagenet-resnet34',
    student: 'imagenet-resnet18',
    dataset: 'imagenet',
    hyper: {},
  });
});

test('what the caller states goes before the name, and stands in for one that says nothing', () => {
  assert.equal(subject('kd,vgg13,vgg8,3,9.txt', { method: 'KD' }).method, 'kd');
  assert.deepEqual(
    subject('worklog.txt', {
      method: 'DKD',
      teacher: 'vgg13',
      student: 'vgg8',
      dataset: 'cifar100',
    }),
    { method: 'dkd', teacher: 'vgg13', student: 'vgg8', dataset: 'cifar100', hyper: {} },
  );
});

test('a name that says nothing, and a network that nobody knows, are refused with what to do', () => {
  assert.throws(() => subject('worklog.txt'), { code: 'LOG_NAME', hint: /--method/ });
  assert.throws(() => subject('kd,vgg13,vgg9,3,9.txt'), {
    code: 'MODEL_UNKNOWN',
    message: /no network is called "vgg9"/,
  });
});
