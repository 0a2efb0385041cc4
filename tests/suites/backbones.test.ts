import '../../runners/catalogue/all.ts';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { storeBackbone } from '../../runners/weights/backbones/store.ts';
import { presentBackbones, supposedBackbones } from '../../suites/backbones.ts';
import { planContext } from '../../suites/context.ts';
import { loadSuite, parseSuite } from '../../suites/load.ts';
import { planSuite } from '../../suites/plan.ts';
import { planByName } from '../../suites/plan-by-name.ts';
import { temporaryFolder } from '../results/temporary.ts';

const environmentOf = (t: TestContext) => ({ REDISTILL_CACHE: join(temporaryFolder(t), 'cache') });
const store = (architecture: string, environment: Readonly<Record<string, string>>, bytes = 1) =>
  storeBackbone(
    Uint8Array.of(bytes),
    { name: `torchvision/${architecture}`, architecture, source: 'x.pth', sourceSha256: '' },
    environment,
  ).sha256;

const coco = {
  names: ['coco2017'],
  dataset: () => ({
    identity: { dataset: 'coco2017', hash: '0'.repeat(64) },
    missing: null,
    trainPictures: 117_266,
  }),
};

test('a cell of the paper waits for data and weights, each with what to do about it', async (t) => {
  const environment = environmentOf(t);
  const asked = { scale: 'paper', ownTeachers: true, data: { environment } } as const;
  const { plan, withData } = await planByName('fgd-table2', asked);
  const reason = (row: string) =>
    plan.cells.find(({ id }) => id === `${row}/retinanet_r101__retinanet_r50/AP`)?.notRun;
  const data = 'the data set coco2017 is not here (Run: redistill data fetch coco2017)';
  const weights = (network: string, depth: number) =>
    `the weights torchvision/resnet${depth} of the backbone of ${network} are not here (Run: redistill data fetch torchvision/resnet${depth})`;
  const student = weights('retinanet-r50-fpn', 50);
  const teacher = weights('retinanet-r101-fpn', 101);
  assert.equal(reason('Student'), `${data}; ${student}`);
  assert.equal(reason('Teacher'), `${data}; ${teacher}`);
  assert.equal(reason('FGD'), `${data}; ${teacher}; ${student}`);
  assert.ok((withData?.trials.length ?? 0) > 0);
  store('resnet50', environment);
  const then = await planByName('fgd-table2', asked);
  const now = then.plan.cells.find(({ id }) => id === 'Student/retinanet_r101__retinanet_r50/AP');
  assert.equal(now?.notRun, data);
});

test('trials have the content of the weights that their own networks start with', (t) => {
  const environment = environmentOf(t);
  const digests = [store('resnet50', environment), store('resnet101', environment, 2)];
  const suite = loadSuite('fgd-table2');
  const planned = (backbone: ReturnType<typeof presentBackbones>) =>
    planSuite(
      suite,
      'paper',
      planContext('detection', coco, {
        backbone,
        releasedTeacher: () => null,
        checkpoint: () => null,
      }),
    ).trials;
  const trials = planned(presentBackbones(environment));
  const backbones = new Map(trials.map(({ spec }) => [spec.model, spec.backbone]));
  assert.deepEqual(backbones.get('retinanet-r50-fpn'), {
    name: 'torchvision/resnet50',
    sha256: digests[0],
  });
  assert.deepEqual(backbones.get('retinanet-r101-fpn'), {
    name: 'torchvision/resnet101',
    sha256: digests[1],
  });
  store('resnet50', environment, 3);
  const changed = planned(presentBackbones(environment));
  const idOf = (list: typeof trials, model: string) =>
    list.find(({ spec }) => spec.model === model && spec.method === 'none')?.id;
  assert.notEqual(idOf(changed, 'retinanet-r50-fpn'), idOf(trials, 'retinanet-r50-fpn'));
  assert.equal(idOf(changed, 'retinanet-r101-fpn'), idOf(trials, 'retinanet-r101-fpn'));
});

test('an imported teacher is tested on pictures of the recipe’s size, and needs no weights to start with', () => {
  const path = join(import.meta.dirname, '../../suites/fgd-table2.yaml');
  const column = `retinanet_r101__retinanet_r50: { checkpoint: ${'a'.repeat(64)} }`;
  const text = readFileSync(path, 'utf8').replace(
    '    recipe: coco-2x\n',
    `    recipe: coco-2x\n    columns: { ${column} }\n`,
  );
  const { trials } = planSuite(
    parseSuite(path, text),
    'paper',
    planContext('detection', coco, {
      backbone: supposedBackbones,
      releasedTeacher: () => null,
      checkpoint: () => null,
    }),
  );
  const measured = trials.find(({ spec }) => spec.model === 'retinanet-r101-fpn');
  assert.equal(measured?.spec.recipe.epochs, 0);
  assert.deepEqual(measured?.spec.recipe.input, { kind: 'keep-ratio', long: 1333, short: 800 });
  assert.equal(measured?.spec.backbone, undefined);
  const trained = trials.find(({ spec }) => spec.model === 'faster-rcnn-r101-fpn');
  assert.equal(trained?.spec.backbone?.name, 'torchvision/resnet101');
});

test('weights must be of the network’s backbone, and known', () => {
  assert.match(
    supposedBackbones('torchvision/resnet18', 'retinanet-r50-fpn').missing ?? '',
    /torchvision\/resnet18 are of a resnet18, the backbone of retinanet-r50-fpn is resnet50/,
  );
  assert.match(
    supposedBackbones('imagenet', 'retinanet-r18w16-fpn32').missing ?? '',
    /imagenet has no weights for the backbone of retinanet-r18w16-fpn32/,
  );
  assert.equal(
    supposedBackbones('imagenet', 'pspnet-r101-d8').reference?.name,
    'open-mmlab/resnet101_v1c',
  );
  assert.throws(() => supposedBackbones('torchvison/resnet18', 'retinanet-r50-fpn'), {
    code: 'PRETRAINED_UNKNOWN',
    message: /Did you mean "torchvision\/resnet18"/,
  });
});
