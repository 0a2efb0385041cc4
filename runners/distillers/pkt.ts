import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { defineMethod } from './define.ts';
import { rowLengths } from './feature-ops.ts';
import { klTermIdle, onFeatures, withCurriculum } from './on-features.ts';
import * as option from './option.ts';

const cfg = 'megvii-research/mdistiller@a08d46f mdistiller/engine/cfg.py (PKT)';

/**
 * Probabilistic knowledge transfer: cosine similarities between the pooled features of a batch,
 * shifted to 0..1, become a conditional probability per picture; the loss is the mean over all
 * pairs of p_t log(p_t / p_s), 1e-7 added to both.
 *
 * A picture whose pooled feature is zero has gradient 0; PyTorch gives NaN there, the square root's
 * 1/0.
 */
export const pkt = defineMethod({
  kind: 'network',
  id: 'pkt',
  pictures: 'compared',
  title: 'Probabilistic knowledge transfer',
  reference: {
    paper:
      'Passalis, Tefas: Learning Deep Representations with Probabilistic Knowledge Transfer, ECCV 2018, arXiv 1803.10837',
    equations: 'Equations 5, 6 and 8 (cosine kernel, conditional probabilities, divergence)',
    official:
      'megvii-research/mdistiller@a08d46f mdistiller/distillers/PKT.py (pkt_loss); identical in zhengli97/CTKD@7d52522 distiller_zoo/PKT.py',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', cfg),
    featWeight: option.weight(30000, 'Weight of the divergence between the similarities', cfg),
    ...option.klTerm(0),
  },
  idle: klTermIdle,
  defaultsWith: withCurriculum,
  refuses: onFeatures('pkt', true),
  build: ({ featWeight }) => ({
    params: [],
    terms: ({ student, teacher }) => {
      const loss = divergenceOfSimilarities(student.pooled, teacher.pooled);
      return { pkt: tf.mul<Scalar>(loss, featWeight) };
    },
  }),
});

const epsilon = 1e-7;

function divergenceOfSimilarities(student: Tensor2D, teacher: Tensor2D): Scalar {
  const [p, q] = [probabilities(student), probabilities(teacher)];
  const ratio = tf.log(tf.div(tf.add(q, epsilon), tf.add(p, epsilon)));
  return tf.mean(tf.mul(q, ratio));
}

/** [B, D] -> [B, B], every row a distribution. */
function probabilities(features: Tensor2D): Tensor2D {
  const unit = tf.div<Tensor2D>(features, tf.add(rowLengths(features), epsilon));
  const similarity = tf.div(tf.add(tf.matMul(unit, unit, false, true), 1), 2);
  return tf.div(similarity, tf.sum(similarity, 1, true));
}
