import type { AnchorGrid, Truth } from '../../geometry/anchor-targets.ts';
import { levelCounts } from '../../geometry/anchors.ts';
import { areaOf, boxCount } from '../../geometry/boxes.ts';

/**
 * What FCOS's losses need of a batch of B pictures with N points each, in fixed shapes: inputs of
 * the recorded step.
 */
export interface FcosTargets {
  /** [B, N] class index; the number of classes means background. */
  readonly labels: Int32Array;
  /** [B, N] 1 for the points of a picture, padding included; 0 in slots without one. */
  readonly labelWeights: Float32Array;
  /**
   * [B, N, 4] distances left, up, right and down to the sides of a positive point's box, in pixels
   * or strides; 1 elsewhere, for which losses are finite.
   */
  readonly distances: Float32Array;
  /** [B, N] how central a positive point lies in its box, in (0, 1]; 0 elsewhere. */
  readonly centreness: Float32Array;
  /** Divisor of the losses of classes and centreness: max(positives of the batch, 1). */
  readonly normaliser: number;
  /** Divisor of the loss of boxes: the sum of centreness, at least 1e-6. */
  readonly centrality: number;
}

/** Which points a box takes. */
export interface FcosAssign {
  /**
   * Per level, between which numbers of pixels the largest distance to a side of the box must be,
   * both included.
   */
  readonly ranges: readonly (readonly [least: number, most: number])[];
  /**
   * Strides from the middle of the box within which a point must lie on both axes; null: anywhere
   * in the box.
   */
  readonly radius: number | null;
  /** Whether distances are in strides of the level; otherwise in pixels. */
  readonly normed: boolean;
}

/** Of FCOS's configs: `regress_ranges`; the official "infinity" is 1e8. */
export const fcosRanges: FcosAssign['ranges'] = [
  [-1, 64],
  [64, 128],
  [128, 256],
  [256, 512],
  [512, 1e8],
];

const { fround, max, min } = Math;

/**
 * Makes the targets of a batch: a point is positive where it lies in a box (near its middle, with
 * centre sampling) whose farthest side is within the level's range; of several boxes it takes the
 * smallest, of equal ones the first.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/fcos_head.py, `_get_targets_single`,
 * `centerness_target`.
 */
export function fcosTargets(
  grid: AnchorGrid,
  truths: readonly Truth[],
  classes: number,
  assign: FcosAssign,
): FcosTargets {
  const count = boxCount(grid.anchors);
  const labels = new Int32Array(truths.length * count).fill(classes);
  const labelWeights = new Float32Array(labels.length).fill(1);
  const distances = new Float32Array(labels.length * 4).fill(1);
  const centreness = new Float32Array(labels.length);
  let positives = 0;
  let centrality = 0;
  truths.forEach((truth, picture) => {
    assignPoints(grid, truth, assign, (point, box, stride) => {
      const at = picture * count + point;
      const sides = distancesTo(grid, point, truth, box);
      labels[at] = truth.labels[box] as number;
      distances.set(assign.normed ? sides.map((side) => fround(side / stride)) : sides, 4 * at);
      const central = centralityOf(distances.subarray(4 * at, 4 * at + 4));
      centreness[at] = central;
      centrality += central;
      positives += 1;
    });
  });
  return {
    labels,
    labelWeights,
    distances,
    centreness,
    normaliser: max(positives, 1),
    centrality: max(centrality, 1e-6),
  };
}

type Sides = [left: number, up: number, right: number, down: number];

/** Calls `take` for every positive point of a picture, with the index of its box. */
function assignPoints(
  { anchors, config, sizes }: AnchorGrid,
  truth: Truth,
  { ranges, radius }: FcosAssign,
  take: (point: number, box: number, stride: number) => void,
): void {
  const boxes = boxCount(truth.boxes);
  if (boxes === 0) return;
  const areas = Float32Array.from({ length: boxes }, (_, box) => areaOf(truth.boxes, box));
  let point = 0;
  levelCounts(config, sizes).forEach((count, level) => {
    const stride = config.strides[level] as number;
    const [least, most] = ranges[level] as readonly [number, number];
    const reach = radius === null ? null : fround(stride * radius);
    for (const end = point + count; point < end; point += 1) {
      const [x, y] = [anchors[4 * point] as number, anchors[4 * point + 1] as number];
      let best = -1;
      for (let box = 0; box < boxes; box += 1) {
        const sides = sidesOf(x, y, truth.boxes, box);
        if (!(reach === null ? min(...sides) > 0 : isCentral(x, y, truth.boxes, box, reach))) {
          continue;
        }
        const farthest = max(...sides);
        if (farthest < least || farthest > most) continue;
        if (best < 0 || (areas[box] as number) < (areas[best] as number)) best = box;
      }
      if (best >= 0) take(point, best, stride);
    }
  });
}

function distancesTo({ anchors }: AnchorGrid, point: number, truth: Truth, box: number): Sides {
  return sidesOf(anchors[4 * point] as number, anchors[4 * point + 1] as number, truth.boxes, box);
}

function cornersOf(boxes: Float32Array, box: number): Sides {
  return [0, 1, 2, 3].map((part) => boxes[4 * box + part] as number) as Sides;
}

function sidesOf(x: number, y: number, boxes: Float32Array, box: number): Sides {
  const [x1, y1, x2, y2] = cornersOf(boxes, box);
  return [fround(x - x1), fround(y - y1), fround(x2 - x), fround(y2 - y)];
}

/** Whether a point lies in the box, and within `reach` pixels of its middle on both axes. */
function isCentral(x: number, y: number, boxes: Float32Array, box: number, reach: number): boolean {
  const [x1, y1, x2, y2] = cornersOf(boxes, box);
  const [middleX, middleY] = [fround(fround(x1 + x2) / 2), fround(fround(y1 + y2) / 2)];
  const left = max(fround(middleX - reach), x1);
  const up = max(fround(middleY - reach), y1);
  const right = min(fround(middleX + reach), x2);
  const down = min(fround(middleY + reach), y2);
  return x > left && right > x && y > up && down > y;
}

/** Tian et al. 2019, eq. 3. */
function centralityOf(sides: Float32Array): number {
  const [left, up, right, down] = sides as unknown as Sides;
  const across = fround(min(left, right) / max(left, right));
  const along = fround(min(up, down) / max(up, down));
  return fround(Math.sqrt(fround(across * along)));
}
