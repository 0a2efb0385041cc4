import { type Boxes, boxCount, overlapRow } from './boxes.ts';

/** Thresholds of `MaxIoUAssigner`. */
export interface AssignConfig {
  /** Overlap from which a prior is positive. */
  readonly posIou: number;
  /** Overlap below which a prior is negative; between the two it is ignored. */
  readonly negIou: number;
  /** Least overlap by which a true box takes its best priors. */
  readonly minPosIou: number;
  /** Whether true boxes take their best priors however low the overlap (default true). */
  readonly matchLowQuality?: boolean;
  /** Whether all priors of equal best overlap are taken, or the first (default true). */
  readonly assignAllBest?: boolean;
  /**
   * Share of a prior within an ignored region from which it is ignored; 0 or less: regions are not
   * looked at.
   */
  readonly ignoreIof?: number;
}

/** configs/_base_/models/retinanet_r50_fpn.py and faster-rcnn_r50_fpn.py of mmdetection 3.3.0. */
export const retinaAssign: AssignConfig = { posIou: 0.5, negIou: 0.4, minPosIou: 0 };
export const rpnAssign: AssignConfig = { posIou: 0.7, negIou: 0.3, minPosIou: 0.3 };
export const roiAssign: AssignConfig = {
  posIou: 0.5,
  negIou: 0.5,
  minPosIou: 0.5,
  matchLowQuality: false,
};

export interface Assignment {
  /** Per prior: -1 ignored, 0 background, j + 1 for true box j. */
  readonly boxOf: Int32Array;
  /**
   * Per prior its largest overlap with a true box; 0 where there is none, -1 in an ignored region.
   */
  readonly overlap: Float32Array;
}

/**
 * Assigns priors (anchors, proposals) to true boxes as `MaxIoUAssigner` does: positive and negative
 * by the largest overlap, then every true box takes the priors whose overlap *equals* (in float32)
 * its own maximum, later boxes last.
 *
 * Overlaps are not kept, only which priors have a box's maximum: 200,000 anchors times 100 boxes
 * would take 80 MB.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/task_modules/assigners/max_iou_assigner.py.
 *
 * @param ignored regions (crowds) in which priors count neither as positive nor as negative
 */
export function assignMaxIou(
  priors: Boxes,
  truth: Boxes,
  config: AssignConfig,
  ignored: Boxes = new Float32Array(0),
): Assignment {
  const count = boxCount(priors);
  const boxes = boxCount(truth);
  if (boxes === 0) return { boxOf: new Int32Array(count), overlap: new Float32Array(count) };
  const excluded = excludedPriors(priors, ignored, config.ignoreIof ?? -1);
  const row = new Float32Array(count);
  const bounds = groupBounds(priors);
  // Nearly all priors touch no box: their overlap stays 0, and the first box is the nearest.
  const overlap = new Float32Array(count);
  if (excluded !== undefined) {
    for (let prior = 0; prior < count; prior += 1) if (excluded[prior] === 1) overlap[prior] = -1;
  }
  const nearest = new Int32Array(count);
  const best = new Float32Array(boxes);
  const bestPriors = Array.from({ length: boxes }, (): number[] => []);
  for (let box = 0; box < boxes; box += 1) {
    const equals = bestPriors[box] as number[];
    let largest = 0;
    for (let first = 0, group = 0; first < count; first += groupSize, group += 4) {
      if (!touches(truth, 4 * box, bounds, group)) continue;
      const end = Math.min(count, first + groupSize);
      overlapRow(truth, box, priors, 'iou', row, first, end);
      for (let prior = first; prior < end; prior += 1) {
        const value = row[prior] as number;
        if (value <= 0 || excluded?.[prior] === 1) continue;
        if (value > (overlap[prior] as number)) {
          overlap[prior] = value;
          nearest[prior] = box;
        }
        if (value < largest) continue;
        if (value > largest) {
          largest = value;
          equals.length = 0;
        }
        equals.push(prior);
      }
    }
    // Where nothing touches the box, all priors are equally near.
    if (largest === 0) {
      largest = excluded?.includes(0) === false ? -1 : 0;
      for (let prior = 0; prior < count; prior += 1) {
        if ((excluded?.[prior] === 1 ? -1 : 0) === largest) equals.push(prior);
      }
    }
    best[box] = largest;
  }

  const boxOf = new Int32Array(count).fill(-1);
  const [positive, negative] = [Math.fround(config.posIou), Math.fround(config.negIou)];
  for (let prior = 0; prior < count; prior += 1) {
    const value = overlap[prior] as number;
    if (value >= 0 && value < negative) boxOf[prior] = 0;
    if (value >= positive) boxOf[prior] = (nearest[prior] as number) + 1;
  }
  if (config.matchLowQuality === false) return { boxOf, overlap };

  const least = Math.fround(config.minPosIou);
  for (let box = 0; box < boxes; box += 1) {
    if (!((best[box] as number) >= least)) continue;
    const priors = bestPriors[box] as number[];
    for (const prior of config.assignAllBest === false ? priors.slice(0, 1) : priors) {
      boxOf[prior] = box + 1;
    }
  }
  return { boxOf, overlap };
}

/** Priors that follow each other are near each other: a group of them has small bounds. */
const groupSize = 64;

/** [groups, 4] what holds all priors of a group, x1, y1, x2, y2. */
function groupBounds(priors: Boxes): Float32Array {
  const count = boxCount(priors);
  const bounds = new Float32Array(4 * Math.ceil(count / groupSize));
  for (let first = 0, group = 0; first < count; first += groupSize, group += 4) {
    let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
    const end = 4 * Math.min(count, first + groupSize);
    for (let at = 4 * first; at < end; at += 4) {
      x1 = Math.min(x1, priors[at] as number);
      y1 = Math.min(y1, priors[at + 1] as number);
      x2 = Math.max(x2, priors[at + 2] as number);
      y2 = Math.max(y2, priors[at + 3] as number);
    }
    bounds.set([x1, y1, x2, y2], group);
  }
  return bounds;
}

/** Whether a box and the bounds of a group have a pixel in common. */
function touches(boxes: Boxes, at: number, bounds: Boxes, group: number): boolean {
  return (
    (bounds[group] as number) < (boxes[at + 2] as number) &&
    (bounds[group + 2] as number) > (boxes[at] as number) &&
    (bounds[group + 1] as number) < (boxes[at + 3] as number) &&
    (bounds[group + 3] as number) > (boxes[at + 1] as number)
  );
}

/**
 * 1 for priors with more than `share` of their area in an ignored region; undefined where none can
 * be.
 */
function excludedPriors(priors: Boxes, ignored: Boxes, share: number): Uint8Array | undefined {
  if (!(share > 0) || ignored.length === 0) return undefined;
  const flags = new Uint8Array(boxCount(priors));
  const row = new Float32Array(boxCount(ignored));
  const threshold = Math.fround(share);
  for (let prior = 0; prior < flags.length; prior += 1) {
    overlapRow(priors, prior, ignored, 'iof', row);
    if (row.some((value) => value > threshold)) flags[prior] = 1;
  }
  return flags;
}
