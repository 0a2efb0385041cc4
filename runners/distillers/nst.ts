import type { Scalar, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { defineMethod } from './define.ts';
import { normalizeRows, sameSize, sumOf } from './feature-ops.ts';
import { onFeatures } from './on-features.ts';
import * as option from './option.ts';

const cfg = 'megvii-research/mdistiller@a08d46f mdistiller/engine/cfg.py (NST)';

/**
 * Neuron selectivity transfer: the squared maximum mean discrepancy between the channels of student
 * and teacher, each channel a unit vector over the positions, with the polynomial kernel k(a, b) =
 * (a b)^2; stage by stage without the stem, larger maps pooled to the smaller's size.
 */
export const nst = defineMethod({
  kind: 'network',
  id: 'nst',
  title: 'Neuron selectivity transfer',
  reference: {
    paper:
      'Huang, Wang: Like What You Like: Knowledge Distill via Neuron Selectivity Transfer, 2017, arXiv 1707.01219',
    equations: 'Equations 3 to 5 (MMD with the polynomial kernel, d = 2, c = 0)',
    official: 'megvii-research/mdistiller@a08d46f mdistiller/distillers/NST.py (nst_loss)',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', cfg),
    featWeight: option.weight(50, 'Weight of the discrepancy', cfg),
  },
  comparesMaps: true,
  refuses: onFeatures('nst', false),
  build: ({ featWeight }) => ({
    params: [],
    terms: ({ student, teacher }) => {
      const others = teacher.features.slice(1);
      const losses = student.features
        .slice(1, others.length + 1)
        .map((map, stage) => stageLoss(map, others[stage] as Tensor4D));
      return { nst: tf.mul<Scalar>(sumOf(losses), featWeight) };
    },
  }),
});

function stageLoss(student: Tensor4D, teacher: Tensor4D): Scalar {
  const [a, b] = sameSize(student, teacher).map(channels) as [Tensor3D, Tensor3D];
  return tf.sub(tf.add(kernelMean(b, b), kernelMean(a, a)), tf.mul(kernelMean(a, b), 2));
}

/** [B, H, W, C] -> unit vectors [B, C, H * W]. */
function channels(map: Tensor4D): Tensor3D {
  const [batch, height, width, count] = map.shape;
  const rows = tf.reshape(tf.transpose(map, [0, 3, 1, 2]), [batch * count, height * width]);
  return tf.reshape(normalizeRows(rows as never), [batch, count, height * width]);
}

/** Mean of (a b)^2 over all pairs of channels of a picture. */
function kernelMean(a: Tensor3D, b: Tensor3D): Scalar {
  return tf.mean(tf.square(tf.matMul(a, b, false, true)));
}
