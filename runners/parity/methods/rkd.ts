import type { ParityDriver } from '../driver.ts';
import type { GoldenNode, GoldenTensor } from '../golden.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';
import { number } from '../losses/inputs.ts';

const read: FeatureFile = {
  method: (node) => ({
    id: 'rkd',
    hyper: {
      distanceWeight: number(node, 'distance_weight'),
      angleWeight: number(node, 'angle_weight'),
      epsilon: number(node, 'eps'),
      distances: node.get('hyper').get('squared').flag() ? 'squared' : 'plain',
    },
    student: { pooled: 'feat_student' },
    teacher: { pooled: 'feat_teacher' },
    golden: (param) => param,
  }),
  // Two pictures have one distance, which is its own mean: both parts cancel.
  summands: rkdWeight,
  // Weight times difference of relations (rounding noise of numbers up to 1) times their slope, 1 /
  // distance.
  gradientSummands: (node) =>
    rkdWeight(node) / leastDistance(node.get('inputs').get('feat_student').tensor()),
};

export const rkd: ParityDriver = { 'losses/rkd.json': featureCheck(read) };

function rkdWeight(node: GoldenNode): number {
  return number(node, 'distance_weight') + number(node, 'angle_weight');
}

/** Smallest distance between two different rows of [B, D]; infinity where there are no two. */
function leastDistance({ shape, data }: GoldenTensor): number {
  const [rows, width] = shape as readonly [number, number];
  let least = Number.POSITIVE_INFINITY;
  for (let row = 0; row < rows; row += 1) {
    for (let other = 0; other < row; other += 1) {
      let squares = 0;
      for (let column = 0; column < width; column += 1) {
        const difference =
          (data[row * width + column] as number) - (data[other * width + column] as number);
        squares += difference ** 2;
      }
      if (squares > 0) least = Math.min(least, Math.sqrt(squares));
    }
  }
  return least;
}
