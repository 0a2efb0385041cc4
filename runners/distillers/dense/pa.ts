import type { Scalar, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { maxPool } from '../../engine/ops/index.ts';
import { unless } from '../idle.ts';
import * as option from '../option.ts';
import { detach } from '../row-op.ts';
import { defineDenseMethod } from './define.ts';
import { batchMean, squaresPerPicture } from './reduce.ts';
import { mapOption, segmenterMap, segmentersOnly } from './segmenter-map.ts';

const code = 'irfanICMLL/structure_knowledge_distillation@ce208e1';

/**
 * Pair-wise distillation: maps are max-pooled to regions, and the cosine of every two regions'
 * features is pulled towards the teacher's. Squared differences are divided by the number of pairs.
 *
 * Regions are `poolScale` of the map high and wide; at the end of the map they are cut
 * (`ceil_mode`), so that a map of 65 x 65 has 3 x 3 of them at a scale of 1/2. The official code
 * takes the lengths of features as constants: the gradient is that of the dot products alone. 1e-8
 * is added to lengths.
 */
export const pa = defineDenseMethod({
  id: 'pa',
  title: 'Pair-wise distillation',
  reference: {
    paper:
      'Liu et al.: Structured Knowledge Distillation for Semantic Segmentation, CVPR 2019, arXiv 1903.04197',
    equations: 'Section 3, pair-wise distillation',
    official: `${code} utils/criterion.py (CriterionPairWiseforWholeFeatAfterPool), utils/utils.py (sim_dis_compute)`,
  },
  options: {
    on: mapOption('embedding', `${code} networks/kd_model.py (feat_ind -5)`),
    weight: option.weight(
      0.5,
      'Weight of the squared differences per pair',
      `${code} run_train_val.sh (--lambda-pa)`,
    ),
    poolScale: option.number({
      default: 0.5,
      min: 0,
      max: 1,
      open: true,
      about: "Height and width of a region as a share of the map's",
      source: `${code} run_train_val.sh (--pool-scale)`,
    }),
  },
  idle: { on: unless('weight'), poolScale: unless('weight') },
  refuses: segmentersOnly,
  build: ({ on, weight, poolScale }, setting) => {
    const { map } = segmenterMap('pa', setting, on);
    return {
      params: [],
      terms: (step) => {
        const own = similarity(regionsOf(map(step.student), poolScale));
        const other = similarity(regionsOf(map(step.teacher), poolScale));
        const squares = squaresPerPicture(own, other);
        const mean = tf.div<Scalar>(batchMean(squares, step), own.shape[1] ** 2);
        return { pa: tf.mul<Scalar>(mean, weight) };
      },
    };
  },
});

/** Below every activation, and finite. */
const lowest = -3e38;

/** The largest value of each channel per region: [B, H, W, C] -> [B, regions, C]. */
function regionsOf(map: Tensor4D, scale: number): Tensor3D {
  const [batch, height, width, channels] = map.shape;
  const [rows, columns] = [height, width].map((side) => Math.max(1, Math.trunc(side * scale))) as [
    number,
    number,
  ];
  const [down, across] = [Math.ceil(height / rows), Math.ceil(width / columns)];
  const whole = tf.pad(
    map,
    [
      [0, 0],
      [0, down * rows - height],
      [0, across * columns - width],
      [0, 0],
    ],
    lowest,
  );
  return tf.reshape(maxPool(whole as Tensor4D, [rows, columns]), [batch, down * across, channels]);
}

/** Cosines of all pairs of regions: [B, regions, C] -> [B, regions, regions]. */
function similarity(regions: Tensor3D): Tensor3D {
  const lengths = tf.add(tf.sqrt(tf.sum(tf.square(detach(regions)), 2, true)), 1e-8);
  const unit = tf.div<Tensor3D>(regions, lengths);
  return tf.matMul(unit, unit, false, true);
}
