import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parseCocoAnnotations } from '../../../../runners/data/coco/annotations.ts';
import { parseDetections } from '../../../../runners/metrics/coco/detections.ts';
import { evaluateCoco } from '../../../../runners/metrics/coco/evaluate.ts';
import { cocoIndex, type IouType } from '../../../../runners/metrics/coco/items.ts';
import {
  precisionCurve,
  summarizeCategories,
  summarizeCoco,
} from '../../../../runners/metrics/coco/summary.ts';

/*
 * Small random sets on a grid, so that scores tie, overlaps are equal and lie on thresholds, with
 * crowds, empty boxes and pictures without objects; and the twelve figures that pycocotools 2.0.11
 * gave. Larger sets are in reference/golden/coco.
 */
interface Evaluated {
  readonly name: string;
  readonly iou: IouType;
  readonly useCategories: boolean;
  readonly annotations: unknown;
  readonly results: readonly unknown[];
  readonly metrics: readonly number[];
}
const evaluated: readonly Evaluated[] = JSON.parse(
  readFileSync(new URL('fixtures/evaluated.json', import.meta.url), 'utf8'),
);

function evaluate(annotations: unknown, results: unknown, iou: IouType, useCategories = true) {
  const truth = parseCocoAnnotations(annotations, 'gt.json');
  const detections = parseDetections(results, truth, cocoIndex(truth), iou, 'dt.json');
  return evaluateCoco(truth, detections, { iou, useCategories, file: 'gt.json' });
}

describe('COCO metrics are those of pycocotools', () => {
  const names = [...new Set(evaluated.map(({ name }) => name))];
  for (const name of names) {
    it(name, () => {
      const cases = evaluated.filter((each) => each.name === name);
      assert.ok(cases.length >= 2);
      for (const { annotations, results, iou, useCategories, metrics } of cases) {
        const own = Object.values(
          summarizeCoco(evaluate(annotations, results, iou, useCategories)),
        );
        const error = Math.max(...own.map((value, at) => Math.abs(value - (metrics[at] ?? 9))));
        assert.ok(error < 1e-12, `${own} instead of ${metrics}`);
      }
    });
  }
});

/**
 * One picture; objects and detections are [category, x, score or none]: boxes 10 pixels wide and
 * high.
 */
const square = (category: number, x: number) => ({
  image_id: 1,
  category_id: category,
  bbox: [x, 0, 10, 10],
});
const annotations = (objects: readonly (readonly [number, number])[]) => ({
  images: [{ id: 1, width: 100, height: 100 }],
  categories: [
    { id: 2, name: 'b' },
    { id: 1, name: 'a' },
  ],
  annotations: objects.map(([category, x], at) => ({
    ...square(category, x),
    id: at + 1,
    area: 100,
  })),
});

describe('evaluateCoco', () => {
  it('gives -1 for a category without objects, and 0 for one of which nothing was found', () => {
    const results = [{ ...square(2, 0), score: 0.5 }];
    const evaluation = evaluate(annotations([[1, 0]]), results, 'bbox');
    assert.deepEqual(summarizeCategories(evaluation), [
      { categoryId: 1, AP: 0, AP50: 0, AP75: 0, AR100: 0 },
      { categoryId: 2, AP: -1, AP50: -1, AP75: -1, AR100: -1 },
    ]);
    const at = { threshold: 0.5, area: 'all', most: 100 } as const;
    assert.equal(precisionCurve(evaluation, { ...at, category: 1 }), null);
    assert.equal(precisionCurve(evaluation, { ...at, category: 0 })?.length, 101);
  });

  it('takes a list without detections, of which pycocotools makes an error', () => {
    const { AP, AR100, APl } = summarizeCoco(evaluate(annotations([[1, 0]]), [], 'bbox'));
    assert.deepEqual([AP, AR100, APl], [0, 0, -1]);
  });

  it('gives precision and score at each recall', () => {
    // Of two objects the better detection finds one, the next is wrong, the last finds the other.
    const truth = annotations([
      [1, 0],
      [1, 50],
    ]);
    const results = [
      { ...square(1, 0), score: 0.9 },
      { ...square(1, 25), score: 0.8 },
      { ...square(1, 50), score: 0.7 },
    ];
    const evaluation = evaluate(truth, results, 'bbox');
    const at = { threshold: 0.75, area: 'all', most: 100, category: 0 } as const;
    const curve = precisionCurve(evaluation, at) ?? [];
    const near = (value: number | undefined, expected: number) =>
      assert.ok(Math.abs((value ?? Number.NaN) - expected) < 1e-12, `${value}`);
    near(curve[0], 1);
    near(curve[50], 1);
    near(curve[51], 2 / 3);
    near(curve[100], 2 / 3);
    near(summarizeCategories(evaluation)[0]?.['AR100'], 1);
    assert.throws(() => precisionCurve(evaluation, { ...at, threshold: 0.3 }), /IoU 0.3 is none/);
  });
});

describe('detections', () => {
  const truth = { ...annotations([[1, 0]]) };
  const good = { ...square(1, 0), score: 0.5 };
  const mask = { size: [100, 100], counts: [0, 10, 9990] };
  const refused: [string, IouType, unknown, RegExp][] = [
    ['no list', 'bbox', { annotations: [] }, /^dt\.json: the document must be a list/],
    ['no object', 'bbox', [good, null], /^dt\.json: \[1\] is null, but must be an object/],
    ['no score', 'bbox', [good, square(1, 0)], /^dt\.json: \[1\]\.score is missing/],
    [
      'a score as text',
      'bbox',
      [{ ...good, score: '1' }],
      /\[0\]\.score is "1", but must be a num/,
    ],
    ['no picture', 'bbox', [{ ...good, image_id: undefined }], /\[0\]\.image_id is missing/],
    [
      'an unknown picture',
      'bbox',
      [good, { ...good, image_id: 5 }],
      /\[1\]\.image_id is 5, but the ground truth has no such picture/,
    ],
    [
      'an unknown category',
      'bbox',
      [{ ...good, category_id: 7 }],
      /\[0\]\.category_id is 7, but the ground truth has no such category/,
    ],
    ['a long box', 'bbox', [{ ...good, bbox: [1, 2, 3, 4, 5] }], /\[0\]\.bbox has 5 values/],
    [
      'a second without a box',
      'bbox',
      [good, { ...good, bbox: undefined }],
      /\[1\]\.bbox is missing/,
    ],
    [
      'neither box nor mask',
      'segm',
      [{ ...good, bbox: undefined }],
      /\[0\]\.segmentation is missing, and so is bbox/,
    ],
    [
      'a mask of another size',
      'segm',
      [{ ...good, segmentation: { ...mask, size: [10, 10] } }],
      /\[0\]\.segmentation has the size \[10, 10\]/,
    ],
    [
      'broken runs',
      'segm',
      [{ ...good, segmentation: { ...mask, counts: '0' } }],
      /\[0\]\.segmentation has runs of 0 pixels together, but the picture has 10000/,
    ],
  ];
  for (const [name, iou, results, message] of refused) {
    it(`with ${name} are refused by file, index and field`, () => {
      assert.throws(() => evaluate(truth, results, iou), { code: 'COCO_FIELD', message });
    });
  }

  it('by masks need a ground truth with masks', () => {
    assert.throws(() => evaluate(truth, [good], 'segm'), {
      code: 'COCO_FIELD',
      message: /^gt\.json: annotations\[0\]\.segmentation is missing, but masks are to be compared/,
    });
  });
});
