import type { Rle } from '../../data/coco/rle.ts';
import type { Size } from './anchors.ts';
import { type Boxes, boxCount, scaleBoxes, takeBoxes } from './boxes.ts';
import { batchedNms } from './nms.ts';

/** What a detector says of a picture, best first. */
export interface Detections {
  readonly boxes: Boxes;
  readonly scores: Float32Array;
  /** Class index of each box. */
  readonly labels: Int32Array;
  /** Of each, in the original picture; absent for detectors of boxes alone. */
  readonly masks?: readonly Rle[];
}

/** What decoding needs to know of a picture. */
export interface DecodedPicture {
  readonly imgShape: Size;
  /** Height and width of the original picture; masks alone need them. */
  readonly oriShape?: Size;
  /**
   * Factors by which width and height were resized: boxes are given in the original picture. Null:
   * as they are.
   */
  readonly scaleFactor: readonly [width: number, height: number] | null;
}

/** Suppression within classes and the bound on a picture's detections. */
export interface FilterConfig {
  readonly iouThreshold: number;
  readonly maxPerPicture: number;
  /** Boxes must be wider and higher than this, in pixels; negative: whatever they are. */
  readonly minBoxSize: number;
}

/**
 * Back to the original picture's pixels (multiplied by the reciprocals, as the official code does).
 */
export function rescaled(boxes: Boxes, { scaleFactor }: DecodedPicture): Boxes {
  return scaleFactor === null ? boxes : scaleBoxes(boxes, 1 / scaleFactor[0], 1 / scaleFactor[1]);
}

/**
 * Drops boxes without extent, suppresses within `groups` (classes or levels) and keeps the best.
 */
export function filterDetections(
  found: Detections,
  { iouThreshold, maxPerPicture, minBoxSize }: FilterConfig,
): Detections {
  const large = minBoxSize < 0 ? found : withExtent(found, minBoxSize);
  if (boxCount(large.boxes) === 0) return large;
  const kept = batchedNms(large.boxes, large.scores, large.labels, { iouThreshold });
  return take(large, kept.subarray(0, maxPerPicture));
}

function withExtent(found: Detections, least: number): Detections {
  const indices: number[] = [];
  for (let index = 0; index < found.scores.length; index += 1) {
    const [x1, y1, x2, y2] = found.boxes.subarray(index * 4, index * 4 + 4);
    const width = Math.fround((x2 as number) - (x1 as number));
    const height = Math.fround((y2 as number) - (y1 as number));
    if (width > least && height > least) indices.push(index);
  }
  return indices.length === found.scores.length ? found : take(found, indices);
}

function take({ boxes, scores, labels }: Detections, indices: ArrayLike<number>): Detections {
  const at = (row: number) => indices[row] as number;
  const { length } = indices;
  return {
    boxes: takeBoxes(boxes, indices),
    scores: Float32Array.from({ length }, (_, row) => scores[at(row)] as number),
    labels: Int32Array.from({ length }, (_, row) => labels[at(row)] as number),
  };
}
