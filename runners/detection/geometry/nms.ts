import { type Boxes, boxCount, takeBoxes } from './boxes.ts';

const { fround, max, min } = Math;

export interface NmsConfig {
  /** Boxes whose overlap with a better one is *greater* than this go; an equal one stays. */
  readonly iouThreshold: number;
  /** Added to widths and heights; 0 in every config of this project. */
  readonly offset?: number;
}

/**
 * Indices by falling score; equal scores by rising index (the official sort leaves their order
 * open).
 */
export function orderByScore(scores: ArrayLike<number>): Int32Array {
  const order = Int32Array.from({ length: scores.length }, (_, index) => index);
  // Typed arrays sort stably too, but only by specification of ES2019; the tie is spelled out to be
  // seen.
  return order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
}

/**
 * Greedy non-maximum suppression in float32.
 *
 * Official code: mmcv 2.1.0 mmcv/ops/csrc/pytorch/cpu/nms.cpp.
 *
 * @returns indices of the kept boxes by falling score
 */
export function nms(boxes: Boxes, scores: ArrayLike<number>, config: NmsConfig): Int32Array {
  const order = orderByScore(scores);
  const offset = fround(config.offset ?? 0);
  const threshold = fround(config.iouThreshold);
  const sorted = takeBoxes(boxes, order);
  const count = order.length;
  const areas = Float32Array.from({ length: count }, (_, row) => {
    const at = row * 4;
    const width = extent(sorted[at] as number, sorted[at + 2] as number, offset);
    return width * extent(sorted[at + 1] as number, sorted[at + 3] as number, offset);
  });
  const gone = new Uint8Array(count);
  const kept: number[] = [];
  for (let row = 0; row < count; row += 1) {
    if (gone[row] === 1) continue;
    kept.push(order[row] as number);
    const at = row * 4;
    const x1 = sorted[at] as number;
    const y1 = sorted[at + 1] as number;
    const x2 = sorted[at + 2] as number;
    const y2 = sorted[at + 3] as number;
    const area = areas[row] as number;
    for (let other = row + 1; other < count; other += 1) {
      if (gone[other] === 1) continue;
      const from = other * 4;
      const left = max(x1, sorted[from] as number);
      const right = min(x2, sorted[from + 2] as number);
      const width = max(0, extent(left, right, offset));
      if (width === 0) continue;
      const top = max(y1, sorted[from + 1] as number);
      const bottom = min(y2, sorted[from + 3] as number);
      const inter = fround(width * max(0, extent(top, bottom, offset)));
      const union = fround(fround(area + (areas[other] as number)) - inter);
      if (fround(inter / union) > threshold) gone[other] = 1;
    }
  }
  return Int32Array.from(kept);
}

function extent(low: number, high: number, offset: number): number {
  return fround(fround(high - low) + offset);
}

/** From this many boxes on the official code suppresses class by class instead of all at once. */
const splitFrom = 10_000;

/**
 * Non-maximum suppression within classes: boxes are moved apart by class times (largest coordinate
 * + 1), so that overlaps carry the rounding of the moved coordinates, as official ones do.
 *
 * Official code: mmcv 2.1.0 mmcv/ops/nms.py, `batched_nms`.
 *
 * @param classes class (or pyramid level) of each box
 * @returns indices of the kept boxes by falling score
 */
export function batchedNms(
  boxes: Boxes,
  scores: ArrayLike<number>,
  classes: ArrayLike<number>,
  config: NmsConfig & { readonly classAgnostic?: boolean },
): Int32Array {
  const moved = config.classAgnostic === true ? boxes : movedApart(boxes, classes);
  if (boxCount(boxes) < splitFrom) return nms(moved, scores, config);
  const members = new Map<number, number[]>();
  for (let index = 0; index < classes.length; index += 1) {
    const own = members.get(classes[index] as number);
    if (own === undefined) members.set(classes[index] as number, [index]);
    else own.push(index);
  }
  const kept = [...members.values()]
    .flatMap((own) => {
      const ownScores = own.map((index) => scores[index] as number);
      return Array.from(nms(takeBoxes(moved, own), ownScores, config), (row) => own[row] as number);
    })
    .sort((a, b) => a - b);
  const order = orderByScore(kept.map((index) => scores[index] as number));
  return order.map((row) => kept[row] as number);
}

function movedApart(boxes: Boxes, classes: ArrayLike<number>): Boxes {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of boxes) if (value > largest) largest = value;
  const step = fround(largest + 1);
  return boxes.map((value, index) => value + fround((classes[index >> 2] as number) * step));
}
