import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDocument } from 'yaml';
import { RedistillError } from '../../common/errors.ts';
import type { Plan } from '../../contract/plan-types.ts';
import type { Task } from '../../contract/spec.ts';
import type { MetricData } from '../../runners/tasks/task-metrics.ts';
import { parseSuite } from '../../suites/load.ts';
import { planSuite } from '../../suites/plan.ts';
import { contextWith } from './real-context.ts';

const classification = `schemaVersion: 1
id: sample
title: Sample
task: classification
noReference: made for a test
metrics: {top1: {margin: 0.5}}
columns:
  - {id: resnet14__resnet8}
rows:
  - {name: Student, method: none}
  - {name: KD}
scales:
  smoke:
    notComparable: seconds only
    dataset: embedded-small
    recipe: {name: embedded-smoke, overrides: {}}
    seeds: [1]
`;

const dense = (task: Task, [teacher, student]: readonly string[], recipe: string, method: string) =>
  classification
    .replace('task: classification', `task: ${task}`)
    .replace('top1', task === 'detection' ? 'AP' : 'mIoU')
    .replace('resnet14__resnet8', `pair, teacher: ${teacher}, student: ${student}`)
    .replace('name: KD', `name: KD, method: ${method}`)
    .replace('embedded-small', 'embedded-scenes-small')
    .replace('embedded-smoke', recipe);
const detection = dense(
  'detection',
  ['retinanet-r50-fpn64', 'retinanet-r18-fpn64'],
  'scenes-detection-steps',
  'fgd',
);
const segmentation = dense(
  'segmentation',
  ['pspnet-r18w16-d8', 'pspnet-r18w8-d8'],
  'scenes-segmentation-steps',
  'cwd',
);

type Path = readonly (string | number)[];
type Changes = readonly (readonly [path: Path, value: unknown])[];

/** `data` is what is known of the data set beside its number of pictures. */
function plan(text: string, changes: Changes = [], data: MetricData = {}): Plan {
  const document = parseDocument(text);
  for (const [path, value] of changes) document.setIn(path, document.createNode(value));
  const suite = parseSuite('sample.yaml', document.toString());
  const pictures = { 'embedded-small': 600, 'embedded-scenes-small': 24 };
  return planSuite(suite, 'smoke', contextWith(suite.definition.task, pictures, data));
}

const scale = (...path: Path): Path => ['scales', 'smoke', ...path];
const overrides = (value: object): Changes => [[scale('recipe', 'overrides'), value]];
const strong = { kind: 'rand-augment', operations: 2, cutout: 0.5 };
const constant = { kind: 'constant' };

/** [what is refused, suite, changes, code, what the message says] */
const refusals: readonly (readonly [string, string, Changes, string, RegExp])[] = [
  ...(
    [
      ['frozenStages', 2],
      ['normEval', true],
      ['initStudent', true],
      ['pretrained', 'imagenet'],
    ] as const
  ).map(
    ([field, value]) =>
      [
        `${field} in classification`,
        classification,
        overrides({ [field]: value }),
        'RECIPE_FIELD',
        new RegExp(
          `^sample.yaml:\\d+: scales.smoke.recipe.overrides.${field}: .* would have no effect`,
        ),
      ] as const,
  ),
  [
    'a strong view of one row, given to all',
    classification,
    overrides({ augmentation: { strong } }),
    'RECIPE_FIELD',
    /augmentation\.strong: .*looks at one view/,
  ],
  [
    'input of detection in classification',
    classification,
    overrides({ input: { kind: 'keep-ratio', long: 64, short: 64 } }),
    'RECIPE_FIELD',
    /input\.kind/,
  ],
  [
    'an exception with nothing in it',
    classification,
    [[scale('overrides'), [{ rows: ['KD'], recipe: { optimizer: {} }, hyper: {} }]]],
    'SUITE_UNUSED',
    /overrides\[0\]: the exception changes nothing/,
  ],
  [
    'a column with nothing in it',
    classification,
    [[scale('columns'), { resnet14__resnet8: {} }]],
    'SUITE_UNUSED',
    /columns\.resnet14__resnet8: it changes nothing/,
  ],
  [
    'teachers with nothing in it',
    classification,
    [[scale('teacher'), {}]],
    'SUITE_UNUSED',
    /teacher: it says nothing/,
  ],
  [
    'batches that are never full, left out',
    classification,
    overrides({ dropLast: true, batchSize: 401 }),
    'SUITE_PICTURES',
    /no batch of 401 is full with 400 training pictures/,
  ],
  [
    'labelSmoothing without cross-entropy',
    classification,
    [...overrides({ labelSmoothing: 0.1 }), [['rows', 1, 'hyper'], { ceWeight: 0 }]],
    'RECIPE_FIELD',
    /labelSmoothing: .*ceWeight is 0/,
  ],
  [
    'nesterov without momentum',
    classification,
    overrides({ optimizer: { momentum: 0, nesterov: true } }),
    'RECIPE_FIELD',
    /optimizer\.nesterov/,
  ],
  [
    'gamma without milestones',
    classification,
    overrides({ schedule: { milestones: [] } }),
    'RECIPE_FIELD',
    /schedule\.milestones: .*gamma multiplies nothing/,
  ],
  [
    'gamma of 1',
    classification,
    overrides({ schedule: { gamma: 1 } }),
    'RECIPE_FIELD',
    /schedule\.gamma/,
  ],
  [
    'minLr that is not below the rate',
    classification,
    overrides({ schedule: { kind: 'cosine', minLr: 0.02 } }),
    'RECIPE_FIELD',
    /schedule\.minLr/,
  ],
  [
    'a cosine of one epoch',
    classification,
    overrides({ epochs: 1, schedule: { kind: 'cosine' } }),
    'RECIPE_FIELD',
    /schedule\.kind/,
  ],
  [
    'a warm-up of no epochs',
    classification,
    overrides({ schedule: { warmup: { by: 'epoch', startLr: 0.001 } } }),
    'RECIPE_FIELD',
    /schedule\.warmup: .*lasts 0 epochs/,
  ],
  [
    'a warm-up by epochs and by steps',
    classification,
    overrides({
      schedule: {
        ...constant,
        warmupEpochs: 1,
        warmup: { by: 'step', startFactor: 0.1, steps: 3 },
      },
    }),
    'RECIPE_FIELD',
    /schedule\.warmupEpochs/,
  ],
  [
    'a warm-up from the whole rate',
    classification,
    overrides({
      schedule: { ...constant, warmupEpochs: 1, warmup: { by: 'step', startFactor: 1 } },
    }),
    'RECIPE_FIELD',
    /schedule\.warmup/,
  ],
  [
    'labelSmoothing in detection',
    detection,
    overrides({ labelSmoothing: 0.1 }),
    'RECIPE_FIELD',
    /labelSmoothing/,
  ],
  [
    'a crop in detection',
    detection,
    overrides({ augmentation: { crop: { padding: 4 } } }),
    'RECIPE_FIELD',
    /augmentation\.crop/,
  ],
  [
    'more frozen stages than there are',
    detection,
    overrides({ frozenStages: 5 }),
    'RECIPE_FIELD',
    /frozenStages/,
  ],
  [
    'initStudent of a row without a teacher',
    detection,
    overrides({ initStudent: true }),
    'RECIPE_FIELD',
    /initStudent: .*no teacher/,
  ],
  [
    'incomplete batches in segmentation',
    segmentation,
    overrides({ dropLast: false }),
    'RECIPE_FIELD',
    /dropLast/,
  ],
  [
    'frozenStages in segmentation',
    segmentation,
    overrides({ frozenStages: 1 }),
    'RECIPE_FIELD',
    /frozenStages/,
  ],
  [
    'a temperature of a term that is off',
    classification,
    [[['rows', 1], { name: 'PKT', hyper: { temperature: 2 } }]],
    'HYPER_IDLE',
    /rows\[1\]\.hyper\.temperature: .*"temperature" has no effect in pkt as it is set: klWeight is 0/,
  ],
  [
    'a plug-in whose term is off',
    classification,
    [[['rows', 1], { name: 'KD+LSKD', hyper: { kdWeight: 0 } }]],
    'METHOD_COMBINATION',
    /nothing to act on/,
  ],
  [
    'an option of a plug-in that is absent',
    classification,
    [[['rows', 1, 'hyper'], { M: '[1]' }]],
    'HYPER_UNKNOWN',
    /"M"/,
  ],
  [
    'the embedding of a detector',
    detection,
    [[['rows', 1], { name: 'CWD', hyper: { on: 'embedding' } }]],
    'HYPER_IDLE',
    /only segmenters/,
  ],
  [
    'levels of a segmenter',
    segmentation,
    [[['rows', 1, 'hyper'], { on: 'features', levels: 2 }]],
    'HYPER_IDLE',
    /one map/,
  ],
  [
    'a gate where nothing has a teacher',
    classification,
    [
      [['rows', 1], { name: 'Again', method: 'none' }],
      [scale('gate'), 50],
    ],
    'SUITE_UNUSED',
    /scales\.smoke\.gate/,
  ],
  [
    'a gate of a pair without a teacher',
    classification,
    [
      [['columns', 0], { id: 'resnet8', gate: 50 }],
      [['rows'], [{ name: 'Student', method: 'none' }]],
    ],
    'SUITE_UNUSED',
    /columns\[0\]\.gate: the pair has no teacher/,
  ],
  [
    'a checkpoint where nothing has a teacher',
    classification,
    [
      [['rows'], [{ name: 'Student', method: 'none' }]],
      [scale('columns'), { resnet14__resnet8: { checkpoint: 'a'.repeat(64) } }],
    ],
    'SUITE_UNUSED',
    /checkpoint: no method/,
  ],
  [
    'a teacher recipe where nothing has a teacher',
    classification,
    [
      [['rows'], [{ name: 'Student', method: 'none' }]],
      [scale('teacher'), { seed: 2 }],
    ],
    'SUITE_UNUSED',
    /scales\.smoke\.teacher/,
  ],
  [
    'a seed of teachers that are not trained',
    classification,
    [
      [scale('columns'), { resnet14__resnet8: { checkpoint: 'a'.repeat(64) } }],
      [scale('teacher'), { seed: 2 }],
    ],
    'SUITE_UNUSED',
    /teacher\.seed: .*measured and not trained/,
  ],
  [
    'a metric that the task does not measure',
    classification,
    [[['metrics'], { top1: { margin: 0.5 }, AP: { margin: 0.5 } }]],
    'SUITE_UNKNOWN_METRIC',
    /metrics\.AP: no training of classification measures "AP"/,
  ],
  [
    'an exception that changes nothing',
    classification,
    [[scale('overrides'), [{ rows: ['KD'] }]]],
    'SUITE_UNUSED',
    /overrides\[0\]: the exception changes nothing/,
  ],
  [
    'an exception for no cell of the scale',
    classification,
    [
      [scale('only'), { rows: ['KD'] }],
      [scale('overrides'), [{ rows: ['Student'], recipe: { epochs: 3 } }]],
    ],
    'SUITE_UNUSED',
    /overrides\[0\]: this scale runs no cell/,
  ],
  [
    "an exception that would change a teacher's recipe",
    classification,
    [
      [['rows', 0], { name: 'Teacher', role: 'teacher' }],
      [scale('overrides'), [{ rows: ['Teacher'], recipe: { epochs: 3 } }]],
    ],
    'SUITE_UNUSED',
    /teachers alone/,
  ],
  [
    'a reason beside a table',
    classification.replace('noReference', 'table: dkd-readme-cifar100-same\nnoReference'),
    [
      [['rows'], [{ name: 'KD' }]],
      [['columns'], [{ id: 'resnet32x4__resnet8x4' }]],
    ],
    'SUITE_UNUSED',
    /noReference/,
  ],
];

describe('what has no effect', () => {
  for (const [what, text, changes, code, says] of refusals) {
    it(`is refused with file, line and field: ${what}`, () => {
      assert.throws(
        () => plan(text, changes),
        (error: unknown) => {
          assert.ok(error instanceof RedistillError, String(error));
          assert.equal(error.code, code, error.message);
          assert.match(error.message, says);
          assert.match(error.message, /^sample\.yaml:\d+: /);
          return true;
        },
      );
    });
  }

  it('is let through where it has one', () => {
    for (const [text, changes] of [
      [classification, []],
      [classification, [[['rows', 1], { name: 'PKT', hyper: { temperature: 2, klWeight: 0.5 } }]]],
      [classification, [[scale('gate'), 50]]],
      [detection, [[scale('overrides'), [{ rows: ['KD'], recipe: { initStudent: true } }]]]],
      [segmentation, [[['rows', 1, 'hyper'], { on: 'features', connector: 'conv' }]]],
    ] as readonly (readonly [string, Changes])[]) {
      assert.ok(plan(text, changes).trials.length > 0);
    }
  });
});

describe('values that mean the same', () => {
  const ids = (text: string, changes: Changes) => plan(text, changes).trials.map(({ id }) => id);
  const same: readonly (readonly [string, string, Changes, Changes])[] = [
    [
      'fields that are off',
      classification,
      overrides({
        clipNorm: null,
        normEval: false,
        initStudent: false,
        frozenStages: null,
        precision: null,
        input: null,
      }),
      [],
    ],
    [
      'all pictures by their number',
      classification,
      overrides({ trainPictures: 600 }),
      overrides({ trainPictures: null }),
    ],
    [
      'the default warm-up written out',
      classification,
      overrides({
        schedule: { ...constant, warmupEpochs: 1, warmup: { by: 'step', startFactor: 0.001 } },
      }),
      overrides({ schedule: { ...constant, warmupEpochs: 1 } }),
    ],
    [
      'a share that every crop has',
      segmentation,
      overrides({
        input: {
          kind: 'scale-crop',
          long: 128,
          short: 128,
          ratio: [1, 1],
          crop: [64, 64],
          largestShare: 1,
        },
      }),
      overrides({
        input: { kind: 'scale-crop', long: 128, short: 128, ratio: [1, 1], crop: [64, 64] },
      }),
    ],
    [
      'a warm-up of one epoch and of none',
      classification,
      [[['rows', 1], { name: 'DKD', hyper: { warmupEpochs: 1 } }]],
      [[['rows', 1], { name: 'DKD', hyper: { warmupEpochs: 0 } }]],
    ],
    [
      'all levels by their number',
      detection,
      [[['rows', 1, 'hyper'], { levels: 5 }]],
      [[['rows', 1, 'hyper'], { levels: 16 }]],
    ],
  ];
  for (const [what, text, first, second] of same) {
    it(`are one trial: ${what}`, () => assert.deepEqual(ids(text, first), ids(text, second)));
  }
});

describe('a metric that networks or data cannot give', () => {
  const measures = (metric: string): Changes => [[['metrics'], { [metric]: { margin: 1 } }]];
  const refused = (text: string, metric: string, data: MetricData, says: RegExp) =>
    assert.throws(
      () => plan(text, measures(metric), data),
      (error: unknown) => {
        assert.ok(error instanceof RedistillError, String(error));
        assert.equal(error.code, 'SUITE_METRIC', error.message);
        assert.match(error.message, says);
        assert.match(error.message, /^sample\.yaml:\d+: metrics\./);
        return true;
      },
    );

  it('is refused where no network finds masks', () => {
    refused(detection, 'maskAP', {}, /retinanet-r18-fpn64 finds boxes and no masks/);
    refused(detection, 'maskAP/star', {}, /finds boxes and no masks/);
    const masks = dense(
      'detection',
      ['cascade-mask-rcnn-r18w16-fpn32', 'mask-rcnn-r18w16-fpn32'],
      'scenes-detection-steps',
      'fgd',
    );
    assert.equal(plan(masks, measures('maskAP')).trials.length, 3);
  });

  it('leaves the cells of the other pairs not run where one finds masks', () => {
    const second = { id: 'masks', teacher: null, student: 'mask-rcnn-r18w16-fpn32' };
    const { cells } = plan(detection, [
      [['metrics'], { AP: { margin: 1 }, maskAP: { margin: 1 } }],
      [['columns', 1], second],
      [['rows'], [{ name: 'Student', method: 'none' }]],
    ]);
    assert.deepEqual(
      cells.map(({ id, notRun, trials }) => [id, notRun, trials.length]),
      [
        ['Student/pair/AP', null, 1],
        ['Student/pair/maskAP', 'retinanet-r18-fpn64 finds boxes and no masks', 0],
        ['Student/masks/AP', null, 1],
        ['Student/masks/maskAP', null, 1],
      ],
    );
  });

  it('is refused where the data have no such class, and no objects or label maps', () => {
    const objects = ['star', 'ring'];
    refused(detection, 'AP/square', { objects }, /no class "square"; it has: star, ring/);
    assert.equal(plan(detection, measures('AP/star'), { objects }).cells.length, 2);
    assert.equal(plan(detection, measures('AP/anything')).cells.length, 2);
    refused(detection, 'AP', { objects: [] }, /no annotated objects/);
    refused(segmentation, 'mIoU', { labels: [] }, /no label maps/);
    refused(segmentation, 'IoU/road', { labels: objects }, /no class "road"/);
  });

  it('is refused of five answers where there are no more classes', () => {
    refused(classification, 'top5', { classes: 5 }, /5 classes, so that any 5 answers/);
    assert.equal(plan(classification, measures('top5'), { classes: 6 }).cells.length, 2);
  });

  it('is of one task alone', () => {
    for (const [text, metric] of [
      [classification, 'AP/star'],
      [segmentation, 'AP/star'],
      [detection, 'IoU/star'],
    ] as const) {
      assert.throws(() => plan(text, measures(metric)), { code: 'SUITE_UNKNOWN_METRIC' });
    }
  });
});
