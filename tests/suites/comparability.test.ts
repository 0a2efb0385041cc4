import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Scale } from '../../contract/spec.ts';
import { listSuites, loadSuite, parseSuite } from '../../suites/load.ts';
import { planSuite } from '../../suites/plan.ts';
import { contextWith } from './real-context.ts';

/*
 * Scale `paper` is a comparison: what a cell would train is held against the protocol that its
 * table's official files state. The suites here are a user's own; all settings but one are right.
 */
const pictures = {
  cifar100: 50_000,
  cifar10: 50_000,
  coco2017: 117_266,
  cityscapes: 2975,
  imagenet: 1_281_167,
  cub200: 5994,
};
const context = contextWith('classification', pictures);

interface Change {
  readonly dataset?: string;
  readonly recipe?: string;
  readonly column?: string;
  readonly teacher?: string;
  readonly rows?: string;
  readonly overrides?: string;
  readonly table?: string;
}

const cifar = (change: Change = {}): string => `schemaVersion: 1
id: own
title: Own
task: classification
table: ${change.table ?? 'lskd-table2'}
metrics: {top1: {margin: 0.5}}
columns: [${change.column ?? '{id: resnet32x4__resnet8x4}'}]
rows: [${change.rows ?? '{name: KD}'}]
scales:
  paper:
    dataset: ${change.dataset ?? 'cifar100'}
    recipe: ${change.recipe ?? 'cifar-240'}
${change.teacher === undefined ? '' : `    teacher: {recipe: ${change.teacher}}\n`}    seeds: [1]
${change.overrides === undefined ? '' : `    overrides: [${change.overrides}]\n`}`;

const recipe = (overrides: string) => `{name: cifar-240, overrides: {${overrides}}}`;

/** Why each cell of a suite of ours is not comparable at paper scale. */
function reasons(text: string, scale: Scale = 'paper'): readonly (string | null)[] {
  // Teachers are trained here, so that their trainings are compared too.
  const own = parseSuite('own.yaml', text);
  const { cells } = planSuite(own, scale, context, { ownTeachers: true });
  return cells.map(({ notComparable }) => notComparable);
}

test("a user's own suite with the published protocol is comparable", () => {
  assert.deepEqual(reasons(cifar()), [null]);
});

/** The student alone, so that the teacher does not depart too. */
const alone = (overrides: string) =>
  cifar({ rows: '{name: Student, method: none}', recipe: recipe(overrides) });
const departures: readonly (readonly [name: string, suite: string, said: readonly string[]])[] = [
  ['data set', cifar({ dataset: 'cifar10' }), ['data set cifar10, published cifar100']],
  ['pictures', alone('trainPictures: 10000'), ['trainPictures 10000, published all']],
  [
    'epochs',
    alone('epochs: 12, schedule: {milestones: [6, 9, 11]}'),
    ['epochs 12, published 240', 'schedule.milestones [6,9,11], published [150,180,210]'],
  ],
  ['iterations', alone('iterations: 24000'), ['iterations 24000, published none']],
  ['batch', alone('batchSize: 128'), ['batchSize 128, published 64']],
  ['last batch', alone('dropLast: true'), ['dropLast true, published false']],
  ['rate', alone('optimizer: {lr: 0.1}'), ['optimizer.lr 0.1, published 0.05']],
  ['momentum', alone('optimizer: {momentum: 0.5}'), ['optimizer.momentum 0.5, published 0.9']],
  ['Nesterov', alone('optimizer: {nesterov: true}'), ['optimizer.nesterov true, published false']],
  [
    'weight decay',
    alone('optimizer: {weightDecay: 0.001}'),
    ['optimizer.weightDecay 0.001, published 0.0005'],
  ],
  [
    'optimizer',
    alone('optimizer: {kind: adamw, lr: 0.05}'),
    ['optimizer.kind adamw, published sgd'],
  ],
  ['schedule', alone('schedule: {kind: cosine}'), ['schedule.kind cosine, published multistep']],
  ['decay', alone('schedule: {gamma: 0.2}'), ['schedule.gamma 0.2, published 0.1']],
  ['warm-up', alone('schedule: {warmupEpochs: 5}'), ['schedule.warmupEpochs 5, published 0']],
  [
    'input size',
    alone('input: {kind: random-crop, size: 28, resize: 32}'),
    ['input.kind random-crop, published none'],
  ],
  ['crop', alone('augmentation: {crop: null}'), ['augmentation.crop.padding none, published 4']],
  [
    'wider crop',
    alone('augmentation: {crop: {padding: 8}}'),
    ['augmentation.crop.padding 8, published 4'],
  ],
  ['mirroring', alone('augmentation: {flip: false}'), ['augmentation.flip false, published true']],
  ['smoothing', alone('labelSmoothing: 0.1'), ['labelSmoothing 0.1, published 0']],
  [
    'normalisation',
    alone('normalisation: imagenet'),
    ['normalisation imagenet, published cifar100-repdistiller'],
  ],
  ['precision', alone('precision: mixed'), ['precision mixed, published 32 bits']],
  [
    'student',
    cifar({ column: '{id: resnet32x4__resnet8x4, student: resnet20}' }),
    ['student resnet20, published resnet8x4'],
  ],
  [
    'teacher',
    cifar({ column: '{id: resnet32x4__resnet8x4, teacher: resnet56}' }),
    ['teacher resnet56, published resnet32x4'],
  ],
  [
    "teacher's training",
    cifar({ teacher: recipe('epochs: 211') }),
    ["the teacher's epochs 211, published 240"],
  ],
  [
    "exception of the suite's",
    cifar({ overrides: '{rows: [KD], recipe: {batchSize: 32}}' }),
    ['batchSize 32, published 64'],
  ],
  [
    'hyper-parameter',
    cifar({ rows: '{name: KD, hyper: {temperature: 2}}' }),
    ['temperature 2, published 4'],
  ],
  [
    'hyper-parameter of a pair',
    cifar({ rows: '{name: KD+LSKD, hyper: {kdWeight: 6}}' }),
    ['kdWeight 6, published 9'],
  ],
  [
    'hyper-parameter that no file states',
    cifar({ rows: '{name: DKD, hyper: {form: official}}' }),
    ['form official, published stable'],
  ],
];

for (const [name, suite, said] of departures) {
  test(`another ${name} is not comparable, and says so by name`, () => {
    assert.deepEqual(reasons(suite), [
      `the training departs from the published protocol: ${said.join('; ')}.`,
    ]);
  });
}

test('a cell is judged by itself: an exception of one row leaves the others alone', () => {
  const text = cifar({
    rows: '{name: KD}, {name: DKD}',
    overrides: '{rows: [DKD], recipe: {epochs: 300}}',
  });
  assert.deepEqual(reasons(text), [
    null,
    'the training departs from the published protocol: epochs 300, published 240.',
  ]);
});

test('another recipe of the same settings is the same protocol', () => {
  const text = cifar({
    recipe:
      '{name: embedded-study, overrides: {epochs: 240, schedule: {milestones: [150, 180, 210]}}}',
  });
  assert.deepEqual(reasons(text), [null]);
});

test("naming what the data set's loader does anyway is the same protocol", () => {
  assert.deepEqual(reasons(alone('normalisation: cifar100-repdistiller')), [null]);
});

test('what no official file states is said to be not stated', () => {
  assert.deepEqual(reasons(cifar({ table: 'lskd-readme-1' })), [
    'protocol not stated: no official file is known for KD of lskd-readme-1.',
  ]);
});

test('a cell without a published number has nothing to be compared with', () => {
  assert.deepEqual(reasons(cifar({ rows: '{name: KD, noReference: none}' })), [null]);
});

test('at other scales every cell has the reason of the scale', () => {
  const text = cifar().replace('paper:', 'smoke:\n    notComparable: seconds only');
  assert.deepEqual(reasons(text, 'smoke'), ['seconds only']);
});

test('detection and segmentation are compared in their own settings', () => {
  const planned = (task: 'detection' | 'segmentation', suite: string, change: string) => {
    const { file, text } = { file: 'own.yaml', text: suite.replace('overrides: []', change) };
    return planSuite(parseSuite(file, text), 'paper', contextWith(task, pictures)).cells.map(
      ({ notComparable }) => notComparable,
    );
  };
  const detection = `schemaVersion: 1
id: own
title: Own
task: detection
table: fgd-table2
metrics: {AP: {margin: 0.5}}
columns: [{id: retinanet_r101__retinanet_r50}]
rows: [{name: FGD}]
scales: {paper: {dataset: coco2017, recipe: coco-2x-distill, teacher: {recipe: coco-2x}, seeds: [1], overrides: []}}
`;
  const segmentation = `schemaVersion: 1
id: own
title: Own
task: segmentation
table: mgd-readme-seg
metrics: {mIoU: {margin: 0.5}}
columns: [{id: pspnet_r101__pspnet_r18}]
rows: [{name: Student, method: none}]
scales: {paper: {dataset: cityscapes, recipe: cityscapes-mgd-40k, seeds: [1], overrides: []}}
`;
  const says = (change: string, said: string) => [
    `overrides: [{recipe: {${change}}}]`,
    [`the training departs from the published protocol: ${said}.`],
  ];
  assert.deepEqual(planned('detection', detection, 'overrides: []'), [null]);
  for (const [change, reason] of [
    says('clipNorm: null', 'clipNorm none, published 35'),
    says('frozenStages: 2', 'frozenStages 2, published 1'),
    says('normEval: false', 'normEval false, published true'),
    says('initStudent: true', 'initStudent true, published false'),
    says('pretrained: null', 'pretrained none, published imagenet'),
    says('input: {kind: keep-ratio, long: 1333, short: 640}', 'input.short 640, published 800'),
    says(
      'schedule: {warmup: {by: step, startFactor: 0.001, steps: 100}}',
      'schedule.warmup.steps 100, published 500',
    ),
  ] as const) {
    assert.deepEqual(planned('detection', detection, change as string), reason);
  }
  assert.deepEqual(planned('segmentation', segmentation, 'overrides: []'), [null]);
  for (const [change, reason] of [
    says('iterations: 20000', 'iterations 20000, published 40000'),
    says('schedule: {power: 1}', 'schedule.power 1, published 0.9'),
    says(
      'augmentation: {distortion: {kind: photometric, brightness: 16, contrast: [0.5, 1.5], saturation: [0.5, 1.5], hue: 18}}',
      'augmentation.distortion.brightness 16, published 32',
    ),
  ] as const) {
    assert.deepEqual(planned('segmentation', segmentation, change as string), reason);
  }
  // How often a network is tested between is no part of a protocol that counts steps.
  assert.deepEqual(planned('segmentation', segmentation, 'overrides: [{recipe: {epochs: 20}}]'), [
    null,
  ]);
});

test('the suites that come with Redistill: how many cells train what made their numbers', (t) => {
  let [published, comparable] = [0, 0];
  const why = new Map<string, number>();
  for (const name of listSuites()) {
    const suite = loadSuite(name);
    if (suite.definition.scales.paper === undefined) continue;
    const plan = planSuite(suite, 'paper', contextWith(suite.definition.task, pictures));
    for (const cell of plan.cells) {
      if (cell.published === null) continue;
      published += 1;
      if (cell.notComparable === null) comparable += 1;
      else {
        const reason = cell.notComparable.split(/[:(]/)[0] as string;
        why.set(reason, (why.get(reason) ?? 0) + 1);
      }
    }
  }
  t.diagnostic(`${comparable} of ${published} cells are comparable: ${JSON.stringify([...why])}`);
  assert.ok(comparable > 0.7 * published);
});
