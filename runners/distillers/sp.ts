import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { defineMethod } from './define.ts';
import { flatten, normalizeRows } from './feature-ops.ts';
import { klTermIdle, onFeatures, withCurriculum } from './on-features.ts';
import * as option from './option.ts';

const cfg = 'megvii-research/mdistiller@a08d46f mdistiller/engine/cfg.py (SP)';

/**
 * Similarity-preserving distillation: the batch's matrix of inner products of the last feature
 * maps, every row of unit length, is compared between student and teacher: ||G_t - G_s||^2 / B^2.
 */
export const sp = defineMethod({
  kind: 'network',
  id: 'sp',
  pictures: 'compared',
  title: 'Similarity-preserving distillation',
  reference: {
    paper: 'Tung, Mori: Similarity-Preserving Knowledge Distillation, ICCV 2019, arXiv 1907.09682',
    equations: 'Equations 2 to 4',
    official:
      'megvii-research/mdistiller@a08d46f mdistiller/distillers/SP.py (sp_loss); identical in zhengli97/CTKD@7d52522 distiller_zoo/SP.py',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', cfg),
    featWeight: option.weight(3000, 'Weight of the similarities', cfg),
    ...option.klTerm(0),
  },
  idle: klTermIdle,
  defaultsWith: withCurriculum,
  comparesMaps: true,
  refuses: onFeatures('sp', true),
  build: ({ featWeight }) => ({
    params: [],
    terms: ({ student, teacher }) => {
      const [a, b] = [student, teacher].map(({ features }) =>
        similarities(features.at(-1) as Tensor4D),
      );
      const loss = tf.mean(tf.squaredDifference(b as never, a as never)) as Scalar;
      return { sp: tf.mul(loss, featWeight) };
    },
  }),
});

function similarities(map: Tensor4D) {
  const rows = flatten(map);
  return normalizeRows(tf.matMul(rows, rows, false, true));
}
