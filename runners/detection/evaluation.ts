import type { MetricValue } from '../../contract/journal-types.ts';
import type { DenseBatch } from '../data/dense/batch.ts';
import type { DenseData } from '../data/dense/types.ts';
import { type CocoEvaluation, evaluateCoco } from '../metrics/coco/evaluate.ts';
import {
  type Detections as CocoDetections,
  type CocoIndex,
  cocoIndex,
} from '../metrics/coco/items.ts';
import { cocoFigures, summarizeCategories } from '../metrics/coco/summary.ts';
import type { Detections } from './geometry/detections.ts';

/**
 * Detections of all pictures of a split, collected picture by picture, in pixels of the original
 * pictures.
 */
export class FoundObjects {
  /** By the position of the picture in the split. */
  readonly pictures = new Map<number, Detections>();

  add(picture: DenseBatch['pictures'][number], detections: Detections): void {
    this.pictures.set(picture.index, detections);
  }
}

/** The annotated set that detections are compared with. */
export type AnnotatedData = DenseData & {
  readonly annotations: NonNullable<DenseData['annotations']>;
};

/** Compares detections of the test split with its annotations, as pycocotools does (boxes). */
export function evaluateFound(data: AnnotatedData, found: FoundObjects): CocoEvaluation {
  const index = cocoIndex(data.annotations.test);
  return evaluateCoco(data.annotations.test, cocoItems(data, index, found), { iou: 'bbox' });
}

/** Detections as COCO's results hold them: left, top, width and height of each box. */
function cocoItems(data: AnnotatedData, index: CocoIndex, found: FoundObjects): CocoDetections {
  const order = [...found.pictures.keys()].sort((a, b) => a - b);
  const count = order.reduce((sum, at) => sum + (found.pictures.get(at)?.scores.length ?? 0), 0);
  const images = new Int32Array(count);
  const categories = new Int32Array(count);
  const boxes = new Float64Array(4 * count);
  const areas = new Float64Array(count);
  const scores = new Float64Array(count);
  let row = 0;
  for (const at of order) {
    const own = found.pictures.get(at) as Detections;
    const image = index.imageAt.get(data.test.pictures[at]?.id as number) as number;
    for (let each = 0; each < own.scores.length; each += 1, row += 1) {
      images[row] = image;
      const category = data.categoryIds[own.labels[each] as number] as number;
      categories[row] = index.categoryAt.get(category) as number;
      const [left, top, right, bottom] = own.boxes.subarray(each * 4, each * 4 + 4);
      const [width, height] = [
        (right as number) - (left as number),
        (bottom as number) - (top as number),
      ];
      boxes.set([left as number, top as number, width, height], 4 * row);
      areas[row] = width * height;
      scores[row] = own.scores[each] as number;
    }
  }
  return { images, categories, boxes, areas, scores, masks: null };
}

/**
 * The figures of an evaluation in percent: COCO's twelve, and `AP/<category>`. Those that are not
 * defined, for want of objects, are left out.
 */
export function detectionMetrics(data: AnnotatedData, evaluation: CocoEvaluation): MetricValue[] {
  const names = new Map(data.annotations.test.categories.map(({ id, name }) => [id, name]));
  return [
    ...cocoFigures(evaluation).map(({ name, value }) => [name, value] as const),
    ...summarizeCategories(evaluation).map(
      ({ categoryId, AP }) => [`AP/${names.get(categoryId as number)}`, AP] as const,
    ),
  ]
    .filter(([, value]) => value >= 0)
    .map(([name, value]) => ({ task: 'detection', name, split: 'test', value: 100 * value }));
}
