import { DataError } from '../../../common/errors.ts';
import {
  boxAt,
  type CocoPlace,
  type CocoRecord,
  fieldError,
  integerAt,
  numberAt,
  readCocoJson,
  recordAt,
  textAt,
} from './json.ts';
import { type CocoSegmentation, segmentationProblem } from './segmentation.ts';

export interface CocoImage {
  readonly id: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** As the file says it: nothing has checked that it stays within a folder. Null where the file has none. */
  readonly fileName: string | null;
}

export interface CocoCategory {
  readonly id: number;
  readonly name: string;
}

export interface CocoAnnotation {
  readonly id: number;
  readonly imageId: number;
  readonly categoryId: number;
  /** [x, y, width, height] in pixels. */
  readonly bbox: readonly [number, number, number, number];
  /** Area of the object's mask in pixels (not of its box); decides whether it counts as small, medium or large. */
  readonly area: number;
  /** A region of many objects that are not told apart: never a target, and never a false positive. */
  readonly crowd: boolean;
  /** Valid for the picture's size; null where the file has none. */
  readonly segmentation: CocoSegmentation | null;
}

/** A COCO annotation file, in the order of the file. Every id is unique, and every reference leads somewhere. */
export interface CocoAnnotations {
  readonly images: readonly CocoImage[];
  readonly categories: readonly CocoCategory[];
  readonly annotations: readonly CocoAnnotation[];
}

/**
 * Reads and checks a COCO annotation file (`instances_val2017.json` and what has its form).
 *
 * @throws DataError `COCO_FILE`, or `COCO_FIELD` naming file, list, index and field
 */
export function readCocoAnnotations(path: string): CocoAnnotations {
  return parseCocoAnnotations(readCocoJson(path), path);
}

/**
 * The same for decoded JSON. `iscrowd`, `segmentation` and `file_name` may be missing, all else may not; fields that
 * are not used here are ignored.
 *
 * @param file its name, for errors
 */
export function parseCocoAnnotations(content: unknown, file: string): CocoAnnotations {
  const root = recordAt(content, { file, item: 'the document' });
  const images = items(root, file, 'images', imageOf);
  const categories = items(root, file, 'categories', categoryOf);
  const imageById = uniqueIds(images, file, 'images');
  const categoryById = uniqueIds(categories, file, 'categories');
  const annotations = items(root, file, 'annotations', (record, place) =>
    annotationOf(record, place, imageById, categoryById),
  );
  uniqueIds(annotations, file, 'annotations');
  return { images, categories, annotations };
}

/** Annotations of every picture by its id, in the order of the file; pictures without any have an empty list. */
export function annotationsByImage({
  images,
  annotations,
}: CocoAnnotations): ReadonlyMap<number, readonly CocoAnnotation[]> {
  const byImage = new Map<number, CocoAnnotation[]>(images.map(({ id }) => [id, []]));
  for (const annotation of annotations) byImage.get(annotation.imageId)?.push(annotation);
  return byImage;
}

function items<Item>(
  root: CocoRecord,
  file: string,
  list: string,
  read: (record: CocoRecord, place: CocoPlace) => Item,
): Item[] {
  const values = root[list];
  if (!Array.isArray(values)) {
    throw new DataError('COCO_FIELD', `${file}: ${list} must be a list.`, {
      hint: 'A COCO annotation file has the lists images, annotations and categories.',
    });
  }
  return values.map((value, index) => {
    const place = { file, item: `${list}[${index}]` };
    return read(recordAt(value, place), place);
  });
}

/** @throws DataError `COCO_FIELD` naming the second item with the same id */
function uniqueIds<Item extends { readonly id: number }>(
  list: readonly Item[],
  file: string,
  name: string,
): ReadonlyMap<number, Item> {
  const byId = new Map<number, Item>();
  for (const [index, item] of list.entries()) {
    if (byId.has(item.id)) {
      const place = { file, item: `${name}[${index}]` };
      throw fieldError(place, 'id', `is ${item.id}, which an earlier item has`);
    }
    byId.set(item.id, item);
  }
  return byId;
}

function imageOf(record: CocoRecord, place: CocoPlace): CocoImage {
  return {
    id: integerAt(record, place, 'id'),
    width: integerAt(record, place, 'width', 1),
    height: integerAt(record, place, 'height', 1),
    fileName: record['file_name'] === undefined ? null : textAt(record, place, 'file_name'),
  };
}

function categoryOf(record: CocoRecord, place: CocoPlace): CocoCategory {
  return { id: integerAt(record, place, 'id'), name: textAt(record, place, 'name') };
}

function annotationOf(
  record: CocoRecord,
  place: CocoPlace,
  images: ReadonlyMap<number, CocoImage>,
  categories: ReadonlyMap<number, CocoCategory>,
): CocoAnnotation {
  const imageId = integerAt(record, place, 'image_id');
  const image = images.get(imageId);
  if (image === undefined) {
    throw fieldError(place, 'image_id', `is ${imageId}, but there is no such picture in images`);
  }
  const categoryId = integerAt(record, place, 'category_id');
  if (!categories.has(categoryId)) {
    throw fieldError(
      place,
      'category_id',
      `is ${categoryId}, but there is no such category in categories`,
    );
  }
  return {
    id: integerAt(record, place, 'id'),
    imageId,
    categoryId,
    bbox: boxAt(record, place),
    area: numberAt(record, place, 'area'),
    crowd: crowdOf(record, place),
    segmentation: segmentationOf(record, place, image),
  };
}

function crowdOf(record: CocoRecord, place: CocoPlace): boolean {
  const value = record['iscrowd'] ?? 0;
  if (value === 0 || value === 1 || typeof value === 'boolean') return Boolean(value);
  throw fieldError(place, 'iscrowd', `is ${JSON.stringify(value)}, but must be 0 or 1`);
}

/** An empty list is how tools write that an object has a box only. */
function segmentationOf(
  record: CocoRecord,
  place: CocoPlace,
  { height, width }: CocoImage,
): CocoSegmentation | null {
  const value = record['segmentation'] ?? null;
  if (value === null || (Array.isArray(value) && value.length === 0)) return null;
  const problem = segmentationProblem(value, height, width);
  if (problem !== null) throw fieldError(place, 'segmentation', problem);
  return value as CocoSegmentation;
}
