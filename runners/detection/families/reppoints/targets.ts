import { exactLog } from '../../../../common/random.ts';
import type { AnchorGrid, Truth } from '../../geometry/anchor-targets.ts';
import { levelCounts, validFlags } from '../../geometry/anchors.ts';
import { boxCount } from '../../geometry/boxes.ts';

/**
 * What RepPoints' losses need of a batch of B pictures with N points each, in fixed shapes: inputs
 * of the recorded step. The targets of the second stage are made in the step.
 */
export interface RepPointsTargets {
  /** [B, N] 1 for points on the padded picture. */
  readonly valid: Float32Array;
  /** [B, N, 4] the true boxes of the first stage's positive points, in pixels; 0 elsewhere. */
  readonly boxTargets: Float32Array;
  /** [B, N] 1 for those points. */
  readonly boxWeights: Float32Array;
  /** Divisor of the first stage's loss: the sum over pictures of max(positives, 1). */
  readonly normaliser: number;
}

/** Which points a true box takes (`PointAssigner`). */
export interface PointAssign {
  /** An object of this many cells belongs to a level. */
  readonly scale: number;
  /** Points that an object takes. */
  readonly most: number;
}

/** Config: mmdetection 3.3.0 configs/reppoints/reppoints-moment_r50_fpn_1x_coco.py. */
export const pointAssign: PointAssign = { scale: 4, most: 1 };

const { fround, max, min } = Math;

/**
 * Makes the targets of the first stage: an object takes the points nearest to its middle, on the
 * level of its size. Of several objects a point belongs to the nearest, of equally near ones to the
 * first.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/task_modules/assigners/point_assigner.py.
 */
export function repPointsTargets(
  grid: AnchorGrid,
  truths: readonly Truth[],
  assign: PointAssign = pointAssign,
): RepPointsTargets {
  const count = boxCount(grid.anchors);
  const valid = new Float32Array(truths.length * count);
  const boxTargets = new Float32Array(valid.length * 4);
  const boxWeights = new Float32Array(valid.length);
  let normaliser = 0;
  truths.forEach((truth, picture) => {
    const start = picture * count;
    const flags = validFlags(grid.config, grid.sizes, truth.padShape);
    valid.set(flags, start);
    const boxOf = assignPoints(grid, flags, truth, assign);
    let positives = 0;
    boxOf.forEach((box, point) => {
      if (box < 0) return;
      positives += 1;
      boxWeights[start + point] = 1;
      boxTargets.set(truth.boxes.subarray(4 * box, 4 * box + 4), 4 * (start + point));
    });
    normaliser += max(positives, 1);
  });
  return { valid, boxTargets, boxWeights, normaliser };
}

/** Per point the box that it belongs to; -1 for none. */
function assignPoints(
  { anchors, config, sizes }: AnchorGrid,
  valid: Uint8Array,
  { boxes }: Truth,
  { scale, most }: PointAssign,
): Int32Array {
  const boxOf = new Int32Array(valid.length).fill(-1);
  const distanceOf = new Float32Array(valid.length).fill(Number.POSITIVE_INFINITY);
  const levels = levelsOf(config.strides);
  const starts: number[] = [0];
  for (const count of levelCounts(config, sizes)) starts.push((starts.at(-1) as number) + count);
  for (let box = 0; box < boxCount(boxes); box += 1) {
    const [x1, y1, x2, y2] = boxes.subarray(4 * box, 4 * box + 4) as unknown as number[] as [
      number,
      number,
      number,
      number,
    ];
    const width = max(fround(x2 - x1), fround(1e-6));
    const height = max(fround(y2 - y1), fround(1e-6));
    const size = fround(fround(log2(fround(width / scale)) + log2(fround(height / scale))) / 2);
    const level = max(levels[0] as number, min(Math.trunc(size), levels.at(-1) as number));
    const at = levels.indexOf(level);
    const [middleX, middleY] = [fround(fround(x1 + x2) / 2), fround(fround(y1 + y2) / 2)];
    const near: { point: number; distance: number }[] = [];
    for (let point = starts[at] as number; point < (starts[at + 1] as number); point += 1) {
      if (valid[point] === 0) continue;
      const across = fround(fround((anchors[4 * point] as number) - middleX) / width);
      const down = fround(fround((anchors[4 * point + 1] as number) - middleY) / height);
      const distance = fround(Math.sqrt(fround(fround(across * across) + fround(down * down))));
      near.push({ point, distance });
    }
    near.sort((a, b) => a.distance - b.distance || a.point - b.point);
    for (const { point, distance } of near.slice(0, most)) {
      if (distance >= (distanceOf[point] as number)) continue;
      distanceOf[point] = distance;
      boxOf[point] = box;
    }
  }
  return boxOf;
}

const levelsOf = (strides: readonly number[]) => strides.map((stride) => Math.trunc(log2(stride)));

/** In float32. */
const log2 = (value: number) => fround(exactLog(value) / Math.LN2);
