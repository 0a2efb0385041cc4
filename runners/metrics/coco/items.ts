import type { CocoAnnotations } from '../../data/coco/annotations.ts';
import type { Rle } from '../../data/coco/rle.ts';

/** How overlap is measured: by boxes or by masks. */
export type IouType = 'bbox' | 'segm';

/** Objects or detections as columns: item i has the values at i, and four of them in `boxes`. */
export interface CocoItems {
  /** Places in the sorted lists of ids. */
  readonly images: Int32Array;
  readonly categories: Int32Array;
  /** x, y, width, height in pixels; not read where masks are compared. */
  readonly boxes: Float64Array;
  /** The area that makes an item small, medium or large. */
  readonly areas: Float64Array;
  /** Null where boxes are compared. */
  readonly masks: readonly Rle[] | null;
}

export interface GroundTruth extends CocoItems {
  readonly ids: Float64Array;
  readonly crowd: Uint8Array;
}

export interface Detections extends CocoItems {
  readonly scores: Float64Array;
}

/**
 * The pictures and categories of a ground truth, by ascending id, as pycocotools evaluates them.
 */
export interface CocoIndex {
  readonly imageIds: readonly number[];
  readonly categoryIds: readonly number[];
  readonly imageAt: ReadonlyMap<number, number>;
  readonly categoryAt: ReadonlyMap<number, number>;
}

export function cocoIndex({
  images,
  categories,
}: Pick<CocoAnnotations, 'images' | 'categories'>): CocoIndex {
  const imageIds = images.map(({ id }) => id).sort((a, b) => a - b);
  const categoryIds = categories.map(({ id }) => id).sort((a, b) => a - b);
  return {
    imageIds,
    categoryIds,
    imageAt: new Map(imageIds.map((id, at) => [id, at])),
    categoryAt: new Map(categoryIds.map((id, at) => [id, at])),
  };
}

/**
 * Order of items: by category, within it by picture, within that as given (detections: by
 * descending score, and only then as given). All sorting is stable, as in pycocotools, where ties
 * are decided by the order of the file.
 *
 * @param byCategory false mixes the categories, whose order then decides ties first
 */
export function orderOf(
  items: CocoItems,
  scores: Float64Array | null,
  counts: { readonly images: number; readonly categories: number },
  byCategory: boolean,
): Uint32Array {
  const asGiven = Uint32Array.from(items.images.keys());
  let order = stableByPlace(asGiven, items.categories, counts.categories);
  if (scores !== null) order = byDescendingScore(order, scores);
  order = stableByPlace(order, items.images, counts.images);
  return byCategory ? stableByPlace(order, items.categories, counts.categories) : order;
}

/** Places of items by descending score of the items at them; equal scores keep their order. */
export function byDescendingScore(items: Uint32Array, scores: Float64Array): Uint32Array {
  const sorted = Float64Array.from(items, (item) => scores[item] as number);
  return Uint32Array.from(items.keys())
    .sort((a, b) => (sorted[b] as number) - (sorted[a] as number) || a - b)
    .map((place) => items[place] as number);
}

/** Counting sort of `order` by `places`, which are in [0, count). */
function stableByPlace(order: Uint32Array, places: Int32Array, count: number): Uint32Array {
  const next = new Uint32Array(count + 1);
  for (const item of order) (next[(places[item] as number) + 1] as number)++;
  for (let place = 0; place < count; place += 1) {
    next[place + 1] = (next[place + 1] as number) + (next[place] as number);
  }
  const result = new Uint32Array(order.length);
  for (const item of order) {
    const place = places[item] as number;
    result[next[place] as number] = item;
    (next[place] as number)++;
  }
  return result;
}
