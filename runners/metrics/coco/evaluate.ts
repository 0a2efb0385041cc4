import { DataError } from '../../../common/errors.ts';
import type { CocoAnnotations } from '../../data/coco/annotations.ts';
import { groundTruthOf } from './ground-truth.ts';
import {
  byDescendingScore,
  type CocoIndex,
  cocoIndex,
  type Detections,
  type GroundTruth,
  type IouType,
  orderOf,
} from './items.ts';
import { ignored, match, matched } from './match.ts';
import { overlapOf } from './overlap.ts';
import { type AreaRange, type CocoParameters, cocoParameters } from './parameters.ts';

/** The result of pycocotools' `accumulate`; -1 where a category has no object to find. */
export interface CocoEvaluation {
  readonly parameters: CocoParameters;
  /**
   * The rows of `categories` below: ids in ascending order, or null alone where categories are
   * mixed.
   */
  readonly categoryIds: readonly (number | null)[];
  /** Shape [IoU thresholds, recall thresholds, categories, area ranges, max detections]. */
  readonly precision: Float64Array;
  /** Same shape: score of the detection at which that recall is reached, 0 where it is not. */
  readonly scores: Float64Array;
  /** Shape [IoU thresholds, categories, area ranges, max detections]. */
  readonly recall: Float64Array;
}

export interface EvaluationOptions {
  readonly iou: IouType;
  /** False lets a detection match an object of any category (`useCats = 0`). Default true. */
  readonly useCategories?: boolean;
  /** Name of the annotation file, for errors. */
  readonly file?: string;
  /** What is evaluated. Default: COCO's own thresholds, ranges and limits. */
  readonly parameters?: CocoParameters;
}

/**
 * Precision and recall of detections, as pycocotools' `COCOeval` computes them (Lin et al.,
 * Microsoft COCO, 2014; cocoapi, PythonAPI/pycocotools/cocoeval.py): equal to the last digits of
 * double precision, quirks included.
 *
 * @param detections by the same index (`cocoIndex` of the annotations)
 * @throws DataError `COCO_FIELD` naming an annotation without a mask where masks are compared
 */
export function evaluateCoco(
  annotations: CocoAnnotations,
  detections: Detections,
  {
    iou,
    useCategories = true,
    file = 'the annotations',
    parameters = cocoParameters,
  }: EvaluationOptions,
): CocoEvaluation {
  const index = cocoIndex(annotations);
  const truth = groundTruthOf(annotations, index, iou, file);
  const rows = useCategories ? chosenCategories(index, parameters) : [null];
  const evaluation = emptyEvaluation(rows, parameters);
  const isEvaluated = chosenPictures(index, parameters);
  const objects = groups(truth, null, index, useCategories);
  const found = groups(detections, detections.scores, index, useCategories);
  const overlap = overlapOf(detections, truth);
  const most = Math.max(...parameters.maxDetections);
  for (const [row, id] of rows.entries()) {
    const place = id === null ? 0 : (index.categoryAt.get(id) as number);
    const compared = pairs(objects[place] ?? [], found[place] ?? [], most).filter(isEvaluated);
    checkPairs(compared, index, file);
    const matches = matchCategory(truth, detections, compared, overlap, parameters);
    for (const [limit, best] of parameters.maxDetections.entries()) {
      const kept = matches.order.filter((at) => (matches.ranks[at] as number) < best);
      for (const area of parameters.areaRanges.keys()) {
        accumulate(evaluation, matches, kept, { row, area, limit });
      }
    }
  }
  return evaluation;
}

/** Ids of the categories that are evaluated, ascending. */
function chosenCategories({ categoryIds }: CocoIndex, { categories }: CocoParameters): number[] {
  const chosen = categories === null ? null : new Set(categories);
  return categoryIds.filter((id) => chosen === null || chosen.has(id));
}

/** Whether a pair is of a picture that is evaluated. */
function chosenPictures(
  { imageIds }: CocoIndex,
  { images }: CocoParameters,
): (at: Pair) => boolean {
  const chosen = images === null ? null : new Set(images);
  return ({ image }) => chosen === null || chosen.has(imageIds[image] as number);
}

/** Items of one picture in one category. */
interface Group {
  readonly image: number;
  readonly items: Uint32Array;
}

/** Groups of every category (of all, where they are mixed) by ascending picture. */
function groups(
  items: GroundTruth | Detections,
  scores: Float64Array | null,
  { imageIds, categoryIds }: CocoIndex,
  useCategories: boolean,
): Group[][] {
  const counts = { images: imageIds.length, categories: categoryIds.length };
  const order = orderOf(items, scores, counts, useCategories);
  const rowOf = (item: number) => (useCategories ? (items.categories[item] as number) : 0);
  const result: Group[][] = Array.from({ length: useCategories ? counts.categories : 1 }, () => []);
  for (let start = 0; start < order.length; ) {
    const first = order[start] as number;
    const [row, image] = [rowOf(first), items.images[first] as number];
    let end = start + 1;
    while (
      end < order.length &&
      items.images[order[end] as number] === image &&
      rowOf(order[end] as number) === row
    ) {
      end += 1;
    }
    (result[row] as Group[]).push({ image, items: order.subarray(start, end) });
    start = end;
  }
  return result;
}

interface Pair {
  /** Place of the picture in the sorted ids. */
  readonly image: number;
  readonly objects: Uint32Array;
  /** By descending score, the best ones only. */
  readonly detections: Uint32Array;
}

/** Objects and detections of each picture that has either, by ascending picture. */
function pairs(objects: readonly Group[], detections: readonly Group[], most: number): Pair[] {
  const none = new Uint32Array(0);
  const result: Pair[] = [];
  for (let [g, d] = [0, 0]; g < objects.length || d < detections.length; ) {
    const [truth, found] = [objects[g], detections[d]];
    const image = Math.min(truth?.image ?? Infinity, found?.image ?? Infinity);
    result.push({
      image,
      objects: truth?.image === image ? truth.items : none,
      detections: found?.image === image ? found.items.subarray(0, most) : none,
    });
    if (truth?.image === image) g += 1;
    if (found?.image === image) d += 1;
  }
  return result;
}

/** Overlaps of one picture and category that are held at once: half a gigabyte. */
const mostOverlaps = 2 ** 26;

function checkPairs(images: readonly Pair[], { imageIds }: CocoIndex, file: string): void {
  for (const { image, objects, detections } of images) {
    if (objects.length * detections.length <= mostOverlaps) continue;
    throw new DataError(
      'COCO_SIZE',
      `${file}: the picture ${imageIds[image]} has ${objects.length} objects of one category, too many to compare with ${detections.length} detections.`,
      { hint: 'Is image_id the same for all annotations by mistake? Else split the picture.' },
    );
  }
}

/** The fate of the detections of one category, picture by picture, in each by descending score. */
interface CategoryMatches {
  /** Bits of `match`, [area ranges, IoU thresholds, detections]. */
  readonly bits: Uint8Array;
  readonly scores: Float64Array;
  /** Place of a detection among those of its picture. */
  readonly ranks: Uint32Array;
  /** Places of all detections by descending score. */
  readonly order: Uint32Array;
  /** Objects that count, per range of areas. */
  readonly positives: readonly number[];
}

function matchCategory(
  truth: GroundTruth,
  detections: Detections,
  images: readonly Pair[],
  overlap: ReturnType<typeof overlapOf>,
  { areaRanges, iouThresholds }: CocoParameters,
): CategoryMatches {
  const count = images.reduce((sum, pair) => sum + pair.detections.length, 0);
  const bits = new Uint8Array(areaRanges.length * iouThresholds.length * count);
  const scores = new Float64Array(count);
  const ranks = new Uint32Array(count);
  const positives = areaRanges.map(() => 0);
  const cell = (area: number, threshold: number) =>
    (area * iouThresholds.length + threshold) * count;
  let start = 0;
  for (const { objects, detections: found } of images) {
    for (let rank = 0; rank < found.length; rank += 1) {
      scores[start + rank] = detections.scores[found[rank] as number] as number;
      ranks[start + rank] = rank;
    }
    const overlaps = new Float64Array(found.length * objects.length);
    overlap(found, objects, overlaps);
    const ids = pick(truth.ids, objects);
    const crowd = pick(truth.crowd, objects);
    for (const [area, range] of areaRanges.entries()) {
      const outside = outsideOf(range, detections.areas, found);
      if (objects.length === 0) {
        // Most detections are in pictures without an object of their category: only their own area
        // matters.
        for (let t = 0; t < iouThresholds.length; t += 1) {
          for (let rank = 0; rank < found.length; rank += 1) {
            bits[cell(area, t) + start + rank] = outside[rank] === 1 ? ignored : 0;
          }
        }
        continue;
      }
      const ignore = outsideOf(range, truth.areas, objects);
      for (let place = 0; place < ignore.length; place += 1) {
        if (crowd[place] === 1) ignore[place] = 1;
        positives[area] = (positives[area] as number) + 1 - (ignore[place] as number);
      }
      match(overlaps, { ids, crowd, ignore }, outside, iouThresholds, (t, rank, result) => {
        bits[cell(area, t) + start + rank] = result;
      });
    }
    start += found.length;
  }
  const order = byDescendingScore(Uint32Array.from(scores.keys()), scores);
  return { bits, scores, ranks, order, positives };
}

function pick(values: ArrayLike<number>, items: Uint32Array): number[] {
  const result: number[] = [];
  for (let place = 0; place < items.length; place += 1) {
    result.push(values[items[place] as number] as number);
  }
  return result;
}

/** 1 for every item whose area is outside of the range, else 0. */
function outsideOf({ least, most }: AreaRange, areas: Float64Array, items: Uint32Array): number[] {
  const result: number[] = [];
  for (let place = 0; place < items.length; place += 1) {
    const area = areas[items[place] as number] as number;
    result.push(area < least || area > most ? 1 : 0);
  }
  return result;
}

/**
 * Writes precision and recall of one category, range of areas and number of detections, for every
 * IoU threshold.
 *
 * @param kept places of the detections by descending score, without those beyond that number
 */
function accumulate(
  { precision, scores, recall, categoryIds, parameters }: CocoEvaluation,
  matches: CategoryMatches,
  kept: Uint32Array,
  at: { row: number; area: number; limit: number },
): void {
  const { iouThresholds, recallThresholds, areaRanges, maxDetections } = parameters;
  const positives = matches.positives[at.area] as number;
  if (positives === 0) return;
  const recalls = new Float64Array(kept.length);
  const precisions = new Float64Array(kept.length);
  const cell = (row: number) =>
    ((row * categoryIds.length + at.row) * areaRanges.length + at.area) * maxDetections.length +
    at.limit;
  for (let t = 0; t < iouThresholds.length; t += 1) {
    const from = (at.area * iouThresholds.length + t) * matches.scores.length;
    let [hits, misses] = [0, 0];
    for (let place = 0; place < kept.length; place += 1) {
      const bit = matches.bits[from + (kept[place] as number)] as number;
      if ((bit & ignored) === 0) {
        if (bit & matched) hits += 1;
        else misses += 1;
      }
      recalls[place] = hits / positives;
      precisions[place] = hits / (misses + hits + Number.EPSILON);
    }
    // The precision at a recall is the best at that or any greater recall.
    for (let place = kept.length - 2; place >= 0; place -= 1) {
      if ((precisions[place + 1] as number) > (precisions[place] as number)) {
        precisions[place] = precisions[place + 1] as number;
      }
    }
    recall[cell(t)] = kept.length > 0 ? (recalls[kept.length - 1] as number) : 0;
    let place = 0;
    for (const [r, threshold] of recallThresholds.entries()) {
      while (place < kept.length && (recalls[place] as number) < threshold) place += 1;
      const target = cell(t * recallThresholds.length + r);
      const reached = place < kept.length;
      precision[target] = reached ? (precisions[place] as number) : 0;
      scores[target] = reached ? (matches.scores[kept[place] as number] as number) : 0;
    }
  }
}

function emptyEvaluation(
  categoryIds: readonly (number | null)[],
  parameters: CocoParameters,
): CocoEvaluation {
  const { iouThresholds, recallThresholds, areaRanges, maxDetections } = parameters;
  const cells =
    iouThresholds.length * categoryIds.length * areaRanges.length * maxDetections.length;
  return {
    parameters,
    categoryIds,
    precision: new Float64Array(cells * recallThresholds.length).fill(-1),
    scores: new Float64Array(cells * recallThresholds.length).fill(-1),
    recall: new Float64Array(cells).fill(-1),
  };
}
