import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPublished } from '../../../reference/published/loader.ts';
import { networkNames } from '../../../runners/networks/registry.ts';
import { subjectOf } from '../../../runners/official/log-name.ts';
import { vocabularyOf } from '../../../suites/vocabulary.ts';

const networks = [...networkNames(), ...vocabularyOf(loadPublished()).networks];
const subject = (name: string, stated = {}, folder = '') => {
  const { assumed: _said, by: _whose, ...rest } = subjectOf(name, stated, networks, folder);
  return rest;
};

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

test('that a log of LSKD is taken with its plug-in is said, unless the caller states the method', () => {
  const assumed = (name: string, stated = {}) => subjectOf(name, stated, networks).assumed;
  assert.match(assumed('kd,vgg13,vgg8,3,9.txt') ?? '', /"kd" is taken as kd\+lskd/);
  assert.match(assumed('r34_r18_kd_ours.txt') ?? '', /"kd" is taken as kd\+lskd/);
  assert.equal(assumed('kd,vgg13,vgg8,3,9.txt', { method: 'kd' }), null);
  assert.equal(assumed('S_vgg8_T_vgg13_cifar100_kd_r_0.1_a_0.9_b_0_1.csv'), null);
});

test('the names of RepDistiller, with colons and as a file system without them has them', () => {
  const kd = {
    ...{ method: 'kd', teacher: 'resnet32x4', student: 'resnet8x4', dataset: 'cifar100' },
    hyper: { ceWeight: 0.1, kdWeight: 0.9 },
  };
  assert.deepEqual(subject('S_resnet8x4_T_resnet32x4_cifar100_kd_r_0.1_a_0.9_b_0.0_1.csv'), kd);
  const folder = 'S:resnet8x4_T:resnet32x4_cifar100_kd_r:0.1_a:0.9_b:0.0_1';
  assert.deepEqual(subject('train.log', {}, folder), kd);
  const sp = subject('S:MobileNetV2_T:ResNet50_cifar100_similarity_r:1_a:0_b:3000_2.csv');
  assert.deepEqual([sp.method, sp.teacher, sp.student], ['sp', 'resnet50', 'mobilenetv2']);
  assert.deepEqual(sp.hyper, { ceWeight: 1, featWeight: 3000 });
});

test('the folder of a worklog.txt is the tag of mdistiller and SDD, and has no plug-in that it does not name', () => {
  const place = (folder: string) => {
    const { method, teacher, student, dataset } = subject('worklog.txt', {}, folder);
    return [method, teacher, student, dataset];
  };
  assert.deepEqual(place('kd,res32x4,res8x4'), ['kd', 'resnet32x4', 'resnet8x4', 'cifar100']);
  assert.deepEqual(place('SDD_KD,res50_sdd,shv1_sdd'), [
    ...['kd+sdd', 'resnet50', 'shufflenetv1', 'cifar100'],
  ]);
  assert.deepEqual(place('dkd,res50,mobilenetv1'), [
    ...['dkd', 'imagenet-resnet50', 'imagenet-mobilenetv1', 'imagenet'],
  ]);
  assert.deepEqual(place('crd,res34,res18'), [
    ...['crd', 'imagenet-resnet34', 'imagenet-resnet18', 'imagenet'],
  ]);
});

test('the transformers of LSKD', () => {
  assert.deepEqual(subject('deit-ti_c100_KD_ours_3_10.txt'), {
    ...{ method: 'kd+lskd', teacher: 'resnet56', student: 'deit_tiny', dataset: 'cifar100' },
    hyper: { temperature: 3, kdWeight: 10 },
  });
  assert.deepEqual(subject('pit-ti_c100_KD_ours.txt').hyper, {});
});

test("only the logs that LSKD posted are taken as their authors' own, unless the caller says whose they are", () => {
  const by = (name: string, stated = {}) => subjectOf(name, stated, networks).by;
  const repDistiller = 'S_vgg8_T_vgg13_cifar100_kd_r_0.1_a_0.9_b_0_1.csv';
  assert.equal(by('kd,vgg13,vgg8,3,9.txt'), 'authors');
  assert.equal(by(repDistiller), 'others');
  assert.equal(by(repDistiller, { by: 'authors' }), 'authors');
  assert.equal(by('kd,vgg13,vgg8,3,9.txt', { by: 'others' }), 'others');
});
