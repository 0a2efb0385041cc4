import type { Scalar, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { rowLengths } from '../feature-ops.ts';
import { unless } from '../idle.ts';
import * as option from '../option.ts';
import { defineDenseMethod } from './define.ts';
import { batchMean, squaresPerPicture } from './reduce.ts';
import { mapOption, segmenterMap, segmentersOnly } from './segmenter-map.ts';

const table = 'Shu et al. 2021 (arXiv 2011.13256), section 2 and Table 2';

/**
 * Local similarity: the Euclidean distances of a position's features to those of its eight
 * neighbours are pulled towards the teacher's, with the mean over positions of the sum of the
 * squared differences. A position at the border has the neighbours that are there.
 *
 * No code of the authors was found, and no source at hand states a weight or what the sum is
 * divided by; this follows the description in CWD's paper, which prints numbers of the method.
 */
export const local = defineDenseMethod({
  id: 'local',
  title: 'Local similarity distillation',
  reference: {
    paper:
      'Xie et al.: Improving Fast Segmentation with Teacher-Student Learning, BMVC 2018, arXiv 1810.08476',
    equations: `First-order knowledge, as described in ${table}`,
    official: 'None was found',
  },
  options: {
    on: mapOption('logits', table),
    weight: option.weight(
      1,
      'Weight of the squared differences; no source at hand states one',
      'Redistill: the sum as it is',
    ),
  },
  idle: { on: unless('weight') },
  refuses: segmentersOnly,
  build: ({ on, weight }, setting) => {
    const { map } = segmenterMap('local', setting, on);
    return {
      params: [],
      terms: (step) => {
        const [own, other] = [map(step.student), map(step.teacher)];
        const [, height, width] = own.shape;
        const sums = neighbours
          .filter(([down, across]) => down < height && Math.abs(across) < width)
          .map((shift) => squaresPerPicture(distances(own, shift), distances(other, shift)));
        if (sums.length === 0) return { local: tf.scalar(0) };
        // Each pair of neighbours is one of both positions.
        const mean = tf.div(batchMean(tf.addN(sums), step), (height * width) / 2);
        return { local: tf.mul<Scalar>(mean as Scalar, weight) };
      },
    };
  },
});

/** Rows and columns from a position to its neighbours; the other four are the same pairs. */
const neighbours = [
  [0, 1],
  [1, -1],
  [1, 0],
  [1, 1],
] as const;

/** Distances of all positions to the neighbour in one direction: [B, H, W, C] -> [B, pairs]. */
function distances(map: Tensor4D, [down, across]: readonly [number, number]): Tensor2D {
  const [batch, height, width, channels] = map.shape;
  const size = [batch, height - down, width - Math.abs(across), channels] as const;
  const from = tf.slice(map, [0, 0, Math.max(0, -across), 0], [...size]);
  const to = tf.slice(map, [0, down, Math.max(0, across), 0], [...size]);
  const lengths = rowLengths(tf.reshape(tf.sub(to, from), [-1, channels]));
  return tf.reshape(lengths, [batch, -1]);
}
