import { DataError } from '../../../common/errors.ts';
import { shown } from '../../../common/shown.ts';
import type { CocoAnnotations } from '../../data/coco/annotations.ts';
import type { CocoIds } from '../../data/coco/ids.ts';
import {
  boxAt,
  type CocoPlace,
  type CocoRecord,
  fieldError,
  integerAt,
  numberAt,
  recordAt,
} from '../../data/coco/json.ts';
import { areaOf, boxOf, type Rle, RunMemory } from '../../data/coco/rle.ts';
import { checkedRle, DrawingBudget } from '../../data/coco/segmentation.ts';
import type { CocoIndex, Detections, IouType } from './items.ts';

/**
 * A COCO result list as columns, in its order, read as pycocotools' `loadRes` reads it. Where the
 * first detection has a box, all must have one. Their areas are then the boxes', even where masks
 * are compared, and a missing mask is the box's rectangle. Where the first has none, all must have
 * a mask, and areas and boxes are the masks'. Unlike pycocotools, an unknown category is an error,
 * and an empty list is allowed (every recall is 0).
 *
 * @param file its name, for errors
 * @throws DataError `COCO_FIELD` naming file, index and field
 */
export function parseDetections(
  content: unknown,
  annotations: CocoAnnotations,
  index: CocoIndex,
  iou: IouType,
  file: string,
): Detections {
  if (!Array.isArray(content)) {
    throw new DataError('COCO_FIELD', `${file}: the document must be a list of detections.`, {
      hint: 'A COCO result file is one list of objects with image_id, category_id, score and bbox or segmentation.',
    });
  }
  const sizes = new Map(annotations.images.map((image) => [image.id, image]));
  const count = content.length;
  const images = new Int32Array(count);
  const categories = new Int32Array(count);
  const boxes = new Float64Array(4 * count);
  const areas = new Float64Array(count);
  const scores = new Float64Array(count);
  const masks: Rle[] = [];
  const drawing = { memory: new RunMemory(), budget: new DrawingBudget(count) };
  const { images: imageIds, categories: categoryIds } = annotations.ids ?? {};
  const boxed = hasBox(content[0]);
  for (const [at, value] of content.entries()) {
    const place = { file, item: `[${at}]` };
    const record = recordAt(value, place);
    const imageId = idAt(record, place, 'image_id', imageIds);
    images[at] = known(index.imageAt, imageId, 'picture', place, 'image_id', record);
    const categoryId = idAt(record, place, 'category_id', categoryIds);
    categories[at] = known(index.categoryAt, categoryId, 'category', place, 'category_id', record);
    scores[at] = numberAt(record, place, 'score');
    const size = sizes.get(imageId as number) as PictureSize;
    const box = boxed || hasBox(record) ? boxAt(record, place) : null;
    const mask =
      iou === 'segm' || box === null
        ? maskAt(record, place, size, boxed ? box : null, drawing)
        : null;
    if (mask !== null && iou === 'segm') masks.push(mask);
    areas[at] = boxed ? (box as Box)[2] * (box as Box)[3] : areaOf(mask as Rle);
    if (iou === 'bbox') boxes.set(box ?? boxOf(mask as Rle), 4 * at);
  }
  return { images, categories, boxes, areas, scores, masks: iou === 'segm' ? masks : null };
}

type Box = readonly [number, number, number, number];

interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/** pycocotools' users write an empty list for a missing mask. */
function hasBox(value: unknown): boolean {
  const box = (value as { readonly bbox?: unknown } | null | undefined)?.bbox;
  return box !== undefined && !(Array.isArray(box) && box.length === 0);
}

/**
 * The number of an id; ids of texts have numbers of their own. Undefined for one that the ground
 * truth lacks.
 */
function idAt(
  record: CocoRecord,
  place: CocoPlace,
  field: 'image_id' | 'category_id',
  ids: CocoIds | undefined,
): number | undefined {
  if (typeof record[field] === 'string' && ids !== undefined) return ids.numberOf(record[field]);
  const id = integerAt(record, place, field);
  return ids === undefined ? id : ids.numberOf(id);
}

function known(
  places: ReadonlyMap<number, number>,
  id: number | undefined,
  what: string,
  place: CocoPlace,
  field: string,
  record: CocoRecord,
): number {
  const at = id === undefined ? undefined : places.get(id);
  if (at !== undefined) return at;
  const problem = `is ${shown(record[field])}, but the ground truth has no such ${what}`;
  throw fieldError(place, field, problem);
}

/** The mask, or the rectangle of `box` where there is none. */
function maskAt(
  record: CocoRecord,
  place: CocoPlace,
  { height, width }: PictureSize,
  box: Box | null,
  { memory, budget }: { readonly memory: RunMemory; readonly budget: DrawingBudget },
): Rle {
  if (height === 0) {
    const problem = 'has no size in images, which the mask needs';
    throw fieldError(place, `image_id: picture ${shown(record['image_id'])}`, problem);
  }
  let value = record['segmentation'];
  if (value === undefined) {
    if (box === null) throw fieldError(place, 'segmentation', 'is missing, and so is bbox');
    const [left, top, right, bottom] = [box[0], box[1], box[0] + box[2], box[1] + box[3]];
    value = [[left, top, left, bottom, right, bottom, right, top]];
  }
  try {
    return checkedRle(value, height, width, memory, budget);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw fieldError(place, 'segmentation', error.message);
  }
}
