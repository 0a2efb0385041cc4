import { DataError } from '../../../common/errors.ts';
import { shown } from '../../../common/shown.ts';
import { type CocoIds, readIds } from './ids.ts';
import { type Ignored, IgnoredParts } from './ignored.ts';
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
  /** Pixels; 0 where the file says none and the use needs none. */
  readonly width: number;
  readonly height: number;
  /**
   * As the file says it: nothing has checked that it stays within a folder. Null where the file has
   * none.
   */
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
  /**
   * Area of the object's mask in pixels (not of its box); decides whether it counts as small,
   * medium or large.
   */
  readonly area: number;
  /**
   * A region of many objects that are not told apart: never a target, and never a false positive.
   */
  readonly crowd: boolean;
  /** Valid for the picture's size; null where the file has none. */
  readonly segmentation: CocoSegmentation | null;
}

/**
 * A COCO annotation file, in the order of the file. Every id is unique, and every reference leads
 * somewhere. Ids that are texts in the file have numbers here (`CocoIds`).
 */
export interface CocoAnnotations {
  readonly images: readonly CocoImage[];
  readonly categories: readonly CocoCategory[];
  readonly annotations: readonly CocoAnnotation[];
  /** How the file writes ids; absent where they are these numbers. */
  readonly ids?: { readonly images: CocoIds; readonly categories: CocoIds };
  /** What was left aside because the use does not need it; absent for nothing. */
  readonly ignored?: readonly Ignored[];
}

/**
 * What the annotations are read for. Fields that a use does not need may be missing or wrong: they
 * are left aside and counted. `boxes` and `masks` are evaluations; `training` is that of a
 * detector, which needs boxes, sizes and the names of files and categories; `everything` is all of
 * it.
 */
export type CocoUse = 'boxes' | 'masks' | 'training' | 'everything';

interface Needs {
  readonly boxes: boolean;
  readonly masks: boolean;
  readonly sizes: boolean;
  readonly names: boolean;
}

const needsOf: Readonly<Record<CocoUse, Needs>> = {
  boxes: { boxes: true, masks: false, sizes: false, names: false },
  masks: { boxes: false, masks: true, sizes: true, names: false },
  training: { boxes: true, masks: false, sizes: true, names: true },
  everything: { boxes: true, masks: true, sizes: true, names: true },
};

/** The largest public vocabulary of boxes has 13,204 categories; the figures of one take 0.2 MB. */
const mostCategories = 2 ** 14;

/**
 * Reads and checks a COCO annotation file (`instances_val2017.json` and what has its form).
 *
 * @throws DataError `COCO_FILE`, or `COCO_FIELD` naming file, list, index and field
 */
export function readCocoAnnotations(path: string, use: CocoUse = 'everything'): CocoAnnotations {
  return parseCocoAnnotations(readCocoJson(path), path, use);
}

/**
 * The same for decoded JSON. `iscrowd`, `segmentation` and `file_name` may be missing; fields that
 * are not used here are ignored. Annotations of pictures and categories that the file lacks are
 * left aside and counted, as pycocotools and mmdetection leave them aside.
 *
 * @param file its name, for errors
 */
export function parseCocoAnnotations(
  content: unknown,
  file: string,
  use: CocoUse = 'everything',
): CocoAnnotations {
  const root = recordAt(content, { file, item: 'the document' });
  const ignored = new IgnoredParts();
  const reader: Reader = { file, needs: needsOf[use], ignored };
  const imageRecords = records(root, file, 'images');
  const categoryRecords = records(root, file, 'categories');
  if (categoryRecords.length > mostCategories) {
    throw new DataError(
      'COCO_FIELD',
      `${file}: categories has ${categoryRecords.length} items; up to ${mostCategories} are read.`,
      { hint: 'Leave out the categories that no annotation has.' },
    );
  }
  const imageIds = readIds(imageRecords, placesIn(file, 'images'));
  const categoryIds = readIds(categoryRecords, placesIn(file, 'categories'));
  const images = itemsOf(imageRecords, file, 'images', (record, place) =>
    imageOf(record, place, imageIds, reader),
  );
  const categories = itemsOf(categoryRecords, file, 'categories', (record, place) =>
    categoryOf(record, place, categoryIds, reader),
  );
  const imageById = uniqueIds(images, imageIds, file, 'images');
  uniqueIds(categories, categoryIds, file, 'categories');
  const annotationRecords = records(root, file, 'annotations');
  const annotationIds = readIds(annotationRecords, placesIn(file, 'annotations'));
  const all = itemsOf(annotationRecords, file, 'annotations', (record, place) => {
    const id = annotationIds.numberOf(record['id']) as number;
    return annotationOf(record, place, id, { imageById, imageIds, categoryIds }, reader);
  });
  uniqueIds(all, annotationIds, file, 'annotations');
  const found = ignored.list();
  const asWritten = [...imageRecords, ...categoryRecords].every(({ id }) => typeof id === 'number');
  return {
    images,
    categories,
    annotations: all.filter((each): each is CocoAnnotation => each.imageId !== null),
    ...(asWritten ? {} : { ids: { images: imageIds, categories: categoryIds } }),
    ...(found.length === 0 ? {} : { ignored: found }),
  };
}

/**
 * Annotations of every picture by its id, in the order of the file; pictures without any have an
 * empty list.
 */
export function annotationsByImage({
  images,
  annotations,
}: CocoAnnotations): ReadonlyMap<number, readonly CocoAnnotation[]> {
  const byImage = new Map<number, CocoAnnotation[]>(images.map(({ id }) => [id, []]));
  for (const annotation of annotations) byImage.get(annotation.imageId)?.push(annotation);
  return byImage;
}

interface Reader {
  readonly file: string;
  readonly needs: Needs;
  readonly ignored: IgnoredParts;
}

type List = 'images' | 'categories' | 'annotations';

const placesIn = (file: string, list: List) => (index: number) => ({
  file,
  item: `${list}[${index}]`,
});

function records(root: CocoRecord, file: string, list: List): readonly CocoRecord[] {
  const values = root[list];
  if (!Array.isArray(values)) {
    throw new DataError('COCO_FIELD', `${file}: ${list} must be a list.`, {
      hint: 'A COCO annotation file has the lists images, annotations and categories.',
    });
  }
  const placeOf = placesIn(file, list);
  return values.map((value, index) => recordAt(value, placeOf(index)));
}

function itemsOf<Item>(
  list: readonly CocoRecord[],
  file: string,
  name: List,
  read: (record: CocoRecord, place: CocoPlace) => Item,
): Item[] {
  const placeOf = placesIn(file, name);
  return list.map((record, index) => read(record, placeOf(index)));
}

/** @throws DataError `COCO_FIELD` naming the second item with the same id */
function uniqueIds<Item extends { readonly id: number }>(
  list: readonly Item[],
  ids: CocoIds,
  file: string,
  name: List,
): ReadonlyMap<number, Item> {
  const byId = new Map<number, Item>();
  for (const [index, item] of list.entries()) {
    if (byId.has(item.id)) {
      const place = placesIn(file, name)(index);
      throw fieldError(place, 'id', `is ${shown(ids.nameOf(item.id))}, which an earlier item has`);
    }
    byId.set(item.id, item);
  }
  return byId;
}

/**
 * What `read` gives, or `without` where the use does not need the field: then what is wrong with it
 * is counted.
 */
function needed<T>(
  { file, needs, ignored }: Reader,
  need: keyof Needs,
  what: Parameters<IgnoredParts['add']>[0],
  without: T,
  read: () => T,
): T {
  if (needs[need]) return read();
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    ignored.add(what, error.message.slice(file.length + 2).replace(/\.$/, ''));
    return without;
  }
}

function imageOf(record: CocoRecord, place: CocoPlace, ids: CocoIds, reader: Reader): CocoImage {
  const size = needed(reader, 'sizes', 'size', { width: 0, height: 0 }, () => ({
    width: integerAt(record, place, 'width', 1),
    height: integerAt(record, place, 'height', 1),
  }));
  return {
    id: ids.numberOf(record['id']) as number,
    ...size,
    fileName:
      record['file_name'] === undefined
        ? null
        : needed(reader, 'names', 'fileName', null, () => textAt(record, place, 'file_name')),
  };
}

function categoryOf(
  record: CocoRecord,
  place: CocoPlace,
  ids: CocoIds,
  reader: Reader,
): CocoCategory {
  const id = ids.numberOf(record['id']) as number;
  const name = needed(reader, 'names', 'categoryName', null, () => textAt(record, place, 'name'));
  return { id, name: name ?? String(ids.nameOf(id)) };
}

interface Known {
  readonly imageById: ReadonlyMap<number, CocoImage>;
  readonly imageIds: CocoIds;
  readonly categoryIds: CocoIds;
}

/** Of a picture or category that the file lacks only the id is left. */
type Orphan = { readonly id: number; readonly imageId: null };

function annotationOf(
  record: CocoRecord,
  place: CocoPlace,
  id: number,
  { imageById, imageIds, categoryIds }: Known,
  reader: Reader,
): CocoAnnotation | Orphan {
  const { ignored } = reader;
  const image = imageById.get(referenceAt(record, place, 'image_id', imageIds) ?? Number.NaN);
  const categoryId = referenceAt(record, place, 'category_id', categoryIds);
  if (image === undefined || categoryId === undefined) {
    const field = image === undefined ? 'image_id' : 'category_id';
    ignored.add(
      image === undefined ? 'picture' : 'category',
      `${place.item}.${field} is ${shown(record[field])}`,
    );
    return { id, imageId: null };
  }
  return {
    id,
    imageId: image.id,
    categoryId,
    bbox: needed(reader, 'boxes', 'box', noBox, () => boxAt(record, place)),
    area: numberAt(record, place, 'area'),
    crowd: crowdOf(record, place),
    segmentation: needed(reader, 'masks', 'segmentation', null, () =>
      segmentationOf(record, place, image),
    ),
  };
}

const noBox = [0, 0, 0, 0] as const;

/**
 * The number of the picture or category that a field refers to, or undefined where the file has
 * none.
 */
function referenceAt(
  record: CocoRecord,
  place: CocoPlace,
  field: 'image_id' | 'category_id',
  ids: CocoIds,
): number | undefined {
  const value = record[field];
  if (typeof value !== 'string') integerAt(record, place, field);
  return ids.numberOf(value);
}

function crowdOf(record: CocoRecord, place: CocoPlace): boolean {
  const value = record['iscrowd'] ?? 0;
  if (value === 0 || value === 1 || typeof value === 'boolean') return Boolean(value);
  throw fieldError(place, 'iscrowd', `is ${shown(value)}, but must be 0 or 1`);
}

/** An empty list, and a list of empty lists, is how tools write that an object has a box only. */
function segmentationOf(
  record: CocoRecord,
  place: CocoPlace,
  { height, width }: CocoImage,
): CocoSegmentation | null {
  const value = record['segmentation'] ?? null;
  if (value === null) return null;
  if (Array.isArray(value) && value.every((part) => Array.isArray(part) && part.length === 0)) {
    return null;
  }
  const problem =
    height === 0
      ? 'cannot be checked, because the size of its picture is not known'
      : segmentationProblem(value, height, width);
  if (problem !== null) throw fieldError(place, 'segmentation', problem);
  return value as CocoSegmentation;
}
