import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parseCocoAnnotations } from '../../../../runners/data/coco/annotations.ts';
import { parseDetections } from '../../../../runners/metrics/coco/detections.ts';
import { evaluateCoco } from '../../../../runners/metrics/coco/evaluate.ts';
import { cocoIndex, type IouType } from '../../../../runners/metrics/coco/items.ts';
import {
  type CocoParameters,
  cocoParameters,
} from '../../../../runners/metrics/coco/parameters.ts';
import { cocoMetricNames, summarizeCoco } from '../../../../runners/metrics/coco/summary.ts';

/*
 * reference/golden/coco/set3.json evaluated by pycocotools 2.0.11 (numpy 2.4) with other `Params`
 * than its own. The figures are means of `eval['precision']` and `eval['recall']` where they are
 * above -1, since its `summarize` knows COCO's ranges and limits alone.
 */
interface Evaluated {
  readonly iou: IouType;
  readonly useCategories: boolean;
  /** Fields of pycocotools' `Params`. */
  readonly parameters: {
    readonly iouThrs?: readonly number[];
    readonly maxDets?: readonly number[];
    readonly areaRng?: readonly (readonly [number, number])[];
    readonly areaRngLbl?: readonly string[];
    readonly catIds?: readonly number[];
    readonly imgIds?: readonly number[];
  };
  readonly metrics: Readonly<Record<string, number>>;
}

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const evaluated: readonly Evaluated[] = read('fixtures/parameters.json');
const golden = read('../../../../reference/golden/coco/set3.json');

function parametersOf({ parameters }: Evaluated): CocoParameters {
  const { iouThrs, maxDets, areaRng, areaRngLbl, catIds, imgIds } = parameters;
  return {
    ...cocoParameters,
    ...(iouThrs && { iouThresholds: iouThrs }),
    ...(maxDets && { maxDetections: maxDets }),
    ...(areaRng && {
      areaRanges: areaRng.map(([least, most], at) => ({
        name: areaRngLbl?.[at] as string,
        least,
        most,
      })),
    }),
    categories: catIds ?? null,
    images: imgIds ?? null,
  };
}

describe('COCO metrics with other parameters are those of pycocotools', () => {
  for (const each of evaluated) {
    const { iou, useCategories, parameters } = each;
    it(`${iou}${useCategories ? '' : ', categories mixed'}: ${JSON.stringify(parameters)}`, () => {
      const truth = parseCocoAnnotations(golden.gt, 'gt.json');
      const detections = parseDetections(
        golden[`dets_${iou}`],
        truth,
        cocoIndex(truth),
        iou,
        'dt.json',
      );
      const asked = { iou, useCategories, file: 'gt.json', parameters: parametersOf(each) };
      const own = summarizeCoco(evaluateCoco(truth, detections, asked));
      assert.deepEqual(Object.keys(own), Object.keys(each.metrics));
      for (const [name, value] of Object.entries(each.metrics)) {
        assert.ok(
          Math.abs((own[name] ?? 9) - value) < 1e-12,
          `${name}: ${own[name]}, not ${value}`,
        );
      }
    });
  }

  it('names the twelve figures of COCO where nothing else is asked for', () => {
    const truth = parseCocoAnnotations(golden.gt, 'gt.json');
    const none = parseDetections([], truth, cocoIndex(truth), 'bbox', 'dt.json');
    const figures = summarizeCoco(evaluateCoco(truth, none, { iou: 'bbox' }));
    assert.deepEqual(Object.keys(figures), [...cocoMetricNames]);
  });
});
