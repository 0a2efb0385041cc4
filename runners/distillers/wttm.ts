import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { defineMethod } from './define.ts';
import { divergence } from './divergence.ts';
import { unless } from './idle.ts';
import * as option from './option.ts';

const code = 'zkxufo/TTM@fe457b3 train_student.py';

/**
 * Weighted transformed teacher matching per row: KL(q || p_s), where q is the teacher's
 * distribution raised to the power `exponent` and normalized, times the sum that it was normalized
 * by. The student has no temperature, and there is no factor T^2.
 *
 * `weighting: none` leaves the factor out: the paper's TTM.
 */
export const wttm = defineMethod({
  kind: 'logits',
  id: 'wttm',
  title: 'Weighted transformed teacher matching',
  reference: {
    paper:
      'Zheng, Yang: Knowledge Distillation Based on Transformed Teacher Matching, ICLR 2024, arXiv 2402.11148',
    equations: 'Section 3 (transformed teacher matching) and section 4 (its weighted form)',
    official: 'zkxufo/TTM@fe457b3 distiller_zoo/wttm.py (WTTM), distiller_zoo/ttm.py (TTM)',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', `${code} (-r)`),
    kdWeight: option.weight(1, 'Weight of the distillation loss', `${code} (-b)`),
    exponent: option.number({
      default: 0.1,
      min: 0,
      open: true,
      about: "Power of the teacher's probabilities",
      source: 'zkxufo/TTM@fe457b3 README.md (--ttm_l 0.1)',
    }),
    weighting: option.choice({
      default: 'power-sum',
      choices: ['power-sum', 'none'],
      about: "Whether a row counts by the sum of the teacher's powers (WTTM) or not (TTM)",
      source: 'zkxufo/TTM@fe457b3 distiller_zoo/wttm.py',
    }),
  },
  idle: { exponent: unless('kdWeight'), weighting: unless('kdWeight') },
  rowLoss: ({ student, teacher }, { exponent, weighting }) => {
    // softmax(z)^a, normalized, is softmax(a z).
    const rows = divergence(student, tf.mul<Tensor2D>(teacher, exponent));
    if (weighting === 'none') return rows;
    const powers = tf.exp(tf.mul(tf.logSoftmax(teacher), exponent));
    return tf.mul<Tensor1D>(rows, tf.sum(powers, 1));
  },
});
