import { DataError } from '../../common/errors.ts';
import type { MetricValue } from '../../contract/journal-types.ts';
import { areaOf, type Rle } from '../data/coco/rle.ts';
import type { DenseBatch } from '../data/dense/batch.ts';
import { masksOf } from '../data/dense/objects.ts';
import type { DenseData, MaskTable } from '../data/dense/types.ts';
import { type CocoEvaluation, evaluateCoco } from '../metrics/coco/evaluate.ts';
import {
  type Detections as CocoDetections,
  type CocoIndex,
  cocoIndex,
  type IouType,
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

/**
 * Compares detections of the test split with its annotations, as pycocotools does: boxes, or the
 * masks of a detector that finds some.
 */
export function evaluateFound(
  data: AnnotatedData,
  found: FoundObjects,
  iou: IouType = 'bbox',
): CocoEvaluation {
  const index = cocoIndex(data.annotations.test);
  return evaluateCoco(data.annotations.test, cocoItems(data, index, found, iou), { iou });
}

/**
 * Detections as COCO's results hold them: left, top, width and height of each box, and its mask,
 * whose area is then the detection's.
 */
function cocoItems(
  data: AnnotatedData,
  index: CocoIndex,
  found: FoundObjects,
  iou: IouType,
): CocoDetections {
  const order = [...found.pictures.keys()].sort((a, b) => a - b);
  const count = order.reduce((sum, at) => sum + (found.pictures.get(at)?.scores.length ?? 0), 0);
  const images = new Int32Array(count);
  const categories = new Int32Array(count);
  const boxes = new Float64Array(4 * count);
  const areas = new Float64Array(count);
  const scores = new Float64Array(count);
  const masks: Rle[] = [];
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
      const mask = iou === 'segm' ? own.masks?.[each] : undefined;
      if (mask !== undefined) masks.push(mask);
      areas[row] = mask === undefined ? width * height : areaOf(mask);
      scores[row] = own.scores[each] as number;
    }
  }
  return { images, categories, boxes, areas, scores, masks: iou === 'segm' ? masks : null };
}

/**
 * The figures of an evaluation in percent: COCO's twelve, and `AP/<category>`; those of masks begin
 * with `mask`. Figures that are not defined, for want of objects, are left out.
 */
export function detectionMetrics(
  data: AnnotatedData,
  evaluation: CocoEvaluation,
  iou: IouType = 'bbox',
): MetricValue[] {
  const prefix = iou === 'segm' ? 'mask' : '';
  const names = new Map(data.annotations.test.categories.map(({ id, name }) => [id, name]));
  return [
    ...cocoFigures(evaluation).map(({ name, value }) => [name, value] as const),
    ...summarizeCategories(evaluation).map(
      ({ categoryId, AP }) => [`AP/${names.get(categoryId as number)}`, AP] as const,
    ),
  ]
    .filter(([, value]) => value >= 0)
    .map(([name, value]) => ({
      task: 'detection',
      name: `${prefix}${name}`,
      split: 'test',
      value: 100 * value,
    }));
}

/**
 * Masks of all objects of a training split.
 *
 * @throws DataError `DATA_MASKS` where an object to find has none, in either split
 */
export function trainingMasks(data: AnnotatedData): MaskTable {
  for (const split of ['train', 'test'] as const) {
    const { annotations } = data.annotations[split];
    const without = annotations.find(({ segmentation }) => segmentation === null);
    if (without !== undefined) {
      throw new DataError(
        'DATA_MASKS',
        `The data set ${data.id} has no mask for annotation ${without.id} of its ${split} split; a detector of masks needs one for every object.`,
        { hint: 'Train a detector of boxes, or use annotations with the field segmentation.' },
      );
    }
  }
  return masksOf(data.annotations.train);
}
