import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { attentionMap } from './attention-map.ts';
import { defineMethod } from './define.ts';
import { meanSquare, sameSize, sumOf } from './feature-ops.ts';
import { unless } from './idle.ts';
import { onFeatures } from './on-features.ts';
import * as option from './option.ts';

const cfg = 'megvii-research/mdistiller@a08d46f mdistiller/engine/cfg.py (AT)';

/**
 * Attention transfer: the attention map of a stage, mean over channels of f^p, as a unit vector
 * over its positions, is compared between student and teacher, stage by stage without the stem.
 * Larger maps are pooled to the smaller's size. Where the networks have different numbers of
 * stages, the first ones are compared (Python's `zip`).
 */
export const at = defineMethod({
  kind: 'network',
  id: 'at',
  title: 'Attention transfer',
  reference: {
    paper: 'Zagoruyko, Komodakis: Paying More Attention to Attention, ICLR 2017, arXiv 1612.03928',
    equations: 'Equation 2 (activation-based attention transfer), section 3.1',
    official:
      'megvii-research/mdistiller@a08d46f mdistiller/distillers/AT.py (at_loss); the mean of the squared differences, where the paper has their norm',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', cfg),
    featWeight: option.weight(1000, 'Weight of the attention maps', cfg),
    p: option.number({
      default: 2,
      min: 1,
      max: 16,
      integer: true,
      about: 'Power of the activations in an attention map',
      source: cfg,
    }),
  },
  idle: { p: unless('featWeight') },
  comparesMaps: true,
  refuses: onFeatures('at', false),
  build: ({ p, featWeight }) => ({
    params: [],
    terms: ({ student, teacher }) => {
      const others = teacher.features.slice(1);
      const losses = student.features
        .slice(1, others.length + 1)
        .map((map, stage) => stageLoss(map, others[stage] as Tensor4D, p));
      return { at: tf.mul<Scalar>(sumOf(losses), featWeight) };
    },
  }),
});

function stageLoss(student: Tensor4D, teacher: Tensor4D, p: number): Scalar {
  const [a, b] = sameSize(student, teacher);
  return meanSquare(attentionMap(a, p), attentionMap(b, p));
}
