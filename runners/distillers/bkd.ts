import type { Scalar } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { binaryCrossEntropy } from '../engine/ops/index.ts';
import { defineMethod } from './define.ts';
import * as option from './option.ts';

const args = 'Hao840/OFAKD@f7bb896 train.py';

/**
 * Binary distillation: every class is a question of its own, and the teacher's share of it the
 * answer. The loss is the mean over pictures and classes of the binary cross-entropy of
 * sigmoid(z_s) with softmax(z_t).
 */
export const bkd = defineMethod({
  kind: 'network',
  id: 'bkd',
  title: 'Binary knowledge distillation',
  readsLogits: true,
  reference: {
    paper:
      'Of no paper; in the repository of Hao et al.: One-for-All, NeurIPS 2023, arXiv 2310.19444',
    equations: 'No equation; the docstring says what the code computes',
    official: 'Hao840/OFAKD@f7bb896 distillers/kd.py (BKD)',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', `${args} (--gt-loss-weight)`),
    kdWeight: option.weight(1, 'Weight of the distillation loss', `${args} (--kd-loss-weight)`),
  },
  refuses: () => 'bkd asks about every class alone, and softens no logits',
  build: ({ kdWeight }) => ({
    params: [],
    terms: ({ student, teacher }) => {
      const elements = binaryCrossEntropy(student.logits, tf.softmax(teacher.logits));
      return { bkd: tf.mul<Scalar>(tf.mean(elements), kdWeight) };
    },
  }),
});
