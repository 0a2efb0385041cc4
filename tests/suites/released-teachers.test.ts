import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writeFileAtomic } from '../../common/files.ts';
import { cacheFolder } from '../../runners/data/cache.ts';
import { storeCheckpoint } from '../../runners/weights/checkpoints/store.ts';
import { planContext } from '../../suites/context.ts';
import { listSuites, loadSuite, parseSuite } from '../../suites/load.ts';
import { planSuite } from '../../suites/plan.ts';
import { planByName } from '../../suites/plan-by-name.ts';
import { presentWeights, supposedWeights } from '../../suites/released-weights.ts';
import { temporaryFolder } from '../results/temporary.ts';
import { contextWith } from './real-context.ts';

const environmentOf = (t: TestContext) => ({ REDISTILL_CACHE: join(temporaryFolder(t), 'cache') });

/**
 * As if a release's teacher had been fetched: planning reads its record, not its weights. @returns
 * the checksum
 */
function present(release: string, model: string, environment: Record<string, string>): string {
  const origin = {
    schemaVersion: 1,
    model,
    classes: 100,
    source: 'x.pth',
    sourceSha256: '',
  } as const;
  const bytes = new TextEncoder().encode(`${release} ${model}`);
  const sha256 = storeCheckpoint(cacheFolder(environment), bytes, origin);
  const path = join(cacheFolder(environment), 'teachers', release, `${model}.json`);
  writeFileAtomic(path, JSON.stringify({ ...origin, release, sha256 }));
  return sha256;
}

const cifar = {
  names: ['cifar100'],
  dataset: () => ({
    identity: { dataset: 'cifar100', hash: '0'.repeat(64) },
    missing: null,
    trainPictures: 50_000,
  }),
};
const column = 'resnet56__resnet20';

test('a released teacher that is not here makes its cells not run, with the command that brings it', async (t) => {
  const environment = environmentOf(t);
  const asked = { scale: 'paper', data: { environment } } as const;
  const { plan, withData } = await planByName('dkd-same', asked);
  const cell = plan.cells.find(({ id }) => id === `DKD/${column}/top1`);
  assert.equal(
    cell?.notRun,
    'the data set cifar100 is not here (Run: redistill data fetch cifar100); the released teacher resnet56 of mdistiller-cifar100 is not here (Run: redistill data fetch mdistiller-cifar100/resnet56)',
  );
  assert.deepEqual(plan.trials, []);
  const teachers = withData?.trials.filter(({ spec }) => spec.role === 'teacher') ?? [];
  assert.equal(teachers.length, 5);
  assert.ok(
    teachers.every(({ steps, spec }) => steps === 0 && spec.teacher?.kind === 'checkpoint'),
  );
});

test('one that only a person can fetch is asked for by page and folder', () => {
  const found = presentWeights({ REDISTILL_CACHE: '/nowhere' }).releasedTeacher(
    'ctkd-table3-top1',
    'imagenet-resnet34',
  );
  assert.equal(
    found?.missing,
    'the released teacher imagenet-resnet34 of ctkd-imagenet is not here (Take resnet34.pth from https://github.com/zhengli97/CTKD/releases/tag/pretrained-models, then run: redistill data fetch ctkd-imagenet/imagenet-resnet34 --data FOLDER)',
  );
});

test('released teachers teach at scale paper by their checksum, under a gate, and own ones on request', (t) => {
  const environment = environmentOf(t);
  const sha256 = present('mdistiller-cifar100', 'resnet56', environment);
  const context = planContext('classification', cifar, presentWeights(environment));
  const suite = loadSuite('dkd-same');
  const trialsOf = (ownTeachers: boolean) => {
    const plan = planSuite(suite, 'paper', context, { seeds: [1], ownTeachers });
    const cell = plan.cells.find(({ id }) => id === `KD/${column}/top1`);
    const student = plan.trials.find(({ id }) => id === cell?.trials[0]);
    return { student, teacher: plan.trials.find(({ id }) => id === student?.after[0]) };
  };
  const released = trialsOf(false);
  assert.deepEqual(released.student?.spec.teacher, {
    kind: 'checkpoint',
    model: 'resnet56',
    sha256,
  });
  assert.equal(released.teacher?.steps, 0);
  // 72.34 is printed of it; the suite's margin is 0.5 and it has no gate of its own.
  assert.equal(released.teacher?.gate, 71.84);
  const own = trialsOf(true);
  assert.equal(own.student?.spec.teacher?.kind, 'trial');
  assert.equal(own.teacher?.spec.recipe.epochs, 240);
  assert.equal(own.teacher?.gate, null);
});

test('a suite that names a checkpoint, another network or another scale has no released teacher', () => {
  const context = contextWith('classification', { cifar100: 50_000 });
  const suite = (paper: string, scale = 'paper') =>
    planSuite(
      parseSuite(
        'own.yaml',
        `schemaVersion: 1
id: own
title: Own
task: classification
table: lskd-table2
metrics: {top1: {margin: 0.5}}
columns: [{id: ${column}, gate: 71}]
rows: [{name: KD}]
scales:
  ${scale}: {dataset: cifar100, recipe: cifar-240, seeds: [1]${scale === 'paper' ? '' : ', notComparable: short'}${paper}}
`,
      ),
      scale as 'paper',
      context,
    );
  const teacherOf = (plan: ReturnType<typeof suite>) =>
    plan.trials.find(({ spec }) => spec.role === 'student')?.spec.teacher;
  const digest = 'a'.repeat(64);
  assert.deepEqual(teacherOf(suite(`, columns: {${column}: {checkpoint: ${digest}}}`)), {
    kind: 'checkpoint',
    model: 'resnet56',
    sha256: digest,
  });
  assert.equal(teacherOf(suite(`, columns: {${column}: {teacher: resnet20}}`))?.kind, 'trial');
  assert.equal(teacherOf(suite('', 'proxy'))?.kind, 'trial');
  assert.equal(teacherOf(suite(''))?.kind, 'checkpoint');
});

test('the teachers that suites train at scale paper are those that nobody released', () => {
  const pictures = {
    cifar100: 50_000,
    coco2017: 117_266,
    cityscapes: 2975,
    imagenet: 1_281_167,
    cub200: 5994,
  };
  const trained = listSuites().flatMap((name) => {
    const suite = loadSuite(name);
    if (suite.definition.scales.paper === undefined) return [];
    const plan = planSuite(suite, 'paper', contextWith(suite.definition.task, pictures));
    return plan.trials
      .filter(({ spec }) => spec.role === 'teacher' && spec.teacher === null)
      .map(({ spec }) => `${name}: ${spec.model}`);
  });
  assert.deepEqual(trained, [
    'fgd-readme-mask: solo-r101-fpn',
    'lskd-vit: resnet56',
    'mgd-coco-mask: solo-r101-fpn',
  ]);
});

test('a release is known for its own tables alone', () => {
  const { releasedTeacher } = supposedWeights;
  assert.equal(releasedTeacher('crd-readme-same', 'wrn_40_2')?.release, 'repdistiller-cifar100');
  assert.equal(
    releasedTeacher('dkd-readme-cifar100-same', 'wrn_40_2')?.release,
    'mdistiller-cifar100',
  );
  assert.equal(releasedTeacher('crd-readme-same', 'wrn_16_2'), null);
  assert.equal(releasedTeacher('wttm-readme-same', 'wrn_40_2'), null);
  const own = releasedTeacher('cwd-table2', 'pspnet-r101-torchdistiller');
  assert.deepEqual([own?.release, own?.unfit], ['cwd-cityscapes', null]);
  assert.equal(releasedTeacher('cwd-table2', 'pspnet-r101-d8'), null);
});

test('a table that prints the score of another teacher than the one that taught is not comparable there alone', () => {
  const context = contextWith('detection', { coco2017: 117_266 });
  const cells = (ownTeachers: boolean) =>
    planSuite(loadSuite('cwd-coco'), 'paper', context, { ownTeachers }).cells;
  const teacher = cells(false).find(({ id }) => id.startsWith('Teacher/') && id.endsWith('/AP'));
  assert.equal(
    teacher?.notComparable,
    'the training departs from the published protocol: score 41 of the released teacher (openmmlab-retinanet), published 40.8.',
  );
  const others = planSuite(
    loadSuite('crd-same'),
    'paper',
    contextWith('classification', { cifar100: 50_000 }),
  );
  assert.ok(
    others.cells.every(({ row, notComparable }) => row !== 'Teacher' || notComparable === null),
  );
});
