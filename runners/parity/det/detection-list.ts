import type { Detections } from '../../detection/geometry/detections.ts';
import type { GoldenNode } from '../golden.ts';
import { type Comparison, largest, relativeTolerance } from '../tolerance.ts';
import { integersOf } from './layout.ts';

/**
 * Detections that are wanted beyond an official list's length, in case that the last of it tie with
 * the next.
 */
export const spares = 10;

/**
 * Compares detections in order. Those whose scores are nearer to each other than the noise may have
 * changed places, and nothing else may; where the list ends among such, the official one may have
 * ended with another of them.
 *
 * @param length what the list is cut to; `found` may go on with those that were cut off
 */
export function compareDetections(
  comparison: Comparison,
  label: string,
  found: Detections,
  golden: GoldenNode,
  length = Number.POSITIVE_INFINITY,
): void {
  const official = {
    boxes: golden.get('bboxes').tensor().data,
    scores: golden.get('scores').tensor().data,
    labels: golden.has('labels') ? integersOf(golden.get('labels')) : null,
  };
  const { boxes, scores, labels } = official;
  // Of some lists no noise is recorded; then it is that of float32.
  const noise = golden.optional('scores_f32_vs_f64_maxabs')?.number() ?? 0;
  const count = Math.min(found.scores.length, length);
  comparison.equal(`${label}, count`, count, scores.length);
  if (count !== scores.length) return;
  const order = matched(found, official, 10 * Math.max(noise, 1e-7));
  const inOrder = order.map((row) => found.scores[row] as number);
  comparison.array(`${label}, scores`, inOrder, scores, relativeTolerance(noise, largest(scores)));
  if (labels !== null) {
    const own = order.map((row) => found.labels[row] as number);
    comparison.equal(`${label}, labels`, own, [...labels]);
  }
  const corners = order.flatMap((row) => [...found.boxes.subarray(row * 4, row * 4 + 4)]);
  const boxNoise = golden.optional('bboxes_f32_vs_f64_maxabs')?.number() ?? 0;
  comparison.array(`${label}, boxes`, corners, boxes, relativeTolerance(boxNoise, largest(boxes)));
}

interface Official {
  readonly boxes: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly labels: Int32Array | null;
}

/**
 * Rows of `found` in the order of the official list: for each the nearest of those that tie with it
 * within the noise.
 */
function matched(found: Detections, { boxes, scores, labels }: Official, noise: number): number[] {
  const distance = (row: number, at: number) =>
    [0, 1, 2, 3].reduce(
      (sum, part) =>
        sum + Math.abs((found.boxes[row * 4 + part] as number) - (boxes[at * 4 + part] as number)),
      labels === null || found.labels[row] === labels[at] ? 0 : Number.MAX_VALUE,
    );
  const left = new Set(found.scores.keys());
  return Array.from(scores, (score, at) => {
    const tied = [...left].filter(
      (row) => Math.abs((found.scores[row] as number) - score) <= noise,
    );
    const first = [...left][0] as number;
    const best = tied.reduce(
      (nearest, row) => (distance(row, at) < distance(nearest, at) ? row : nearest),
      tied[0] ?? first,
    );
    left.delete(best);
    return best;
  });
}
