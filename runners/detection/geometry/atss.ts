import { type Boxes, boxCount, overlapRow, takeBoxes } from './boxes.ts';

/** Anchors of each level that are nearest to a true box and may become positive. */
const nearest = 9;
/** How far inside of the box an anchor's centre must lie, in pixels. */
const leastInside = Math.fround(0.01);

const { fround } = Math;

/**
 * Assigns anchors to true boxes by adaptive thresholds (ATSS; Zhang et al. 2020, arXiv:1912.02424,
 * algorithm 1): of each level the nine whose centres are nearest to a box's are its candidates;
 * those are positive whose overlap is at least the mean and the deviation of all candidates'
 * overlaps, and whose centre lies inside. An anchor of several boxes is that of the largest
 * overlap.
 *
 * Among equal distances and overlaps the first one is taken; the official code leaves their order
 * open.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/task_modules/assigners/atss_assigner.py.
 *
 * @param levels indices of the anchors of each level that take part
 * @returns per anchor: 0 background, j + 1 for true box j
 */
export function assignAtss(
  anchors: Boxes,
  levels: readonly (readonly number[])[],
  truth: Boxes,
): Int32Array {
  const boxOf = new Int32Array(boxCount(anchors));
  const best = new Float32Array(boxOf.length).fill(Number.NEGATIVE_INFINITY);
  for (let box = 0; box < boxCount(truth); box += 1) {
    const [x, y] = centre(truth, box);
    const candidates = levels.flatMap((level) => nearestTo(anchors, level, x, y));
    const row = new Float32Array(candidates.length);
    overlapRow(truth, box, takeBoxes(anchors, candidates), 'iou', row);
    const threshold = meanAndDeviation(row);
    candidates.forEach((anchor, at) => {
      const overlap = row[at] as number;
      if (overlap < threshold || !isInside(anchors, anchor, truth, box)) return;
      if (overlap <= (best[anchor] as number)) return;
      best[anchor] = overlap;
      boxOf[anchor] = box + 1;
    });
  }
  return boxOf;
}

function centre(boxes: Boxes, index: number): [x: number, y: number] {
  const at = index * 4;
  return [
    fround(fround((boxes[at] as number) + (boxes[at + 2] as number)) / 2),
    fround(fround((boxes[at + 1] as number) + (boxes[at + 3] as number)) / 2),
  ];
}

/** The nine of a level whose centres are nearest to a point, nearest first. */
function nearestTo(anchors: Boxes, level: readonly number[], x: number, y: number): number[] {
  const kept: { anchor: number; distance: number }[] = [];
  for (const anchor of level) {
    const [own, down] = centre(anchors, anchor);
    const [dx, dy] = [fround(own - x), fround(down - y)];
    const distance = fround(Math.sqrt(fround(fround(dx * dx) + fround(dy * dy))));
    const last = kept[nearest - 1];
    if (last !== undefined && distance >= last.distance) continue;
    let place = Math.min(kept.length, nearest - 1);
    while (place > 0 && (kept[place - 1] as { distance: number }).distance > distance) place -= 1;
    kept.splice(place, 0, { anchor, distance });
    if (kept.length > nearest) kept.pop();
  }
  return kept.map(({ anchor }) => anchor);
}

/** Mean and sample deviation of overlaps, added in float32. */
function meanAndDeviation(row: Float32Array): number {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  const squares = row.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return fround(fround(mean) + fround(Math.sqrt(squares / (row.length - 1))));
}

function isInside(anchors: Boxes, anchor: number, truth: Boxes, box: number): boolean {
  const [x, y] = centre(anchors, anchor);
  const at = box * 4;
  const sides = [
    fround(x - (truth[at] as number)),
    fround(y - (truth[at + 1] as number)),
    fround((truth[at + 2] as number) - x),
    fround((truth[at + 3] as number) - y),
  ];
  return Math.min(...sides) > leastInside;
}
