import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { defineMethod } from './define.ts';
import { divergence, targetMask, timesSquare } from './divergence.ts';
import { unless } from './idle.ts';
import * as option from './option.ts';
import { warmup } from './scalars.ts';

const sddCode = 'shicaiwei123/SDD-CVPR2024@e412036 mdistiller/distillers/nkd.py (NKDLoss)';
const sddCfg = 'shicaiwei123/SDD-CVPR2024@e412036 mdistiller/engine/cfg.py (DKD)';

/**
 * Normalized knowledge distillation per row: -p_t[y] log p_s[y] at temperature 1, plus gamma T^2
 * times the cross-entropy of the softened distributions.
 *
 * The paper takes that cross-entropy over the classes that are not the target, each distribution
 * normalized to sum to
 * 1. In SDD's repository, from which the published SD-NKD numbers come, the mask that should drop
 *   the target is all ones, so the sum runs over all classes: that is `form: official` (default);
 *   `form: paper` drops the target.
 */
export const nkd = defineMethod({
  kind: 'logits',
  id: 'nkd',
  title: 'Normalized knowledge distillation',
  reference: {
    paper:
      'Yang et al.: From Knowledge Distillation to Self-Knowledge Distillation: A Unified Approach with Normalized Loss and Customized Soft Labels, ICCV 2023, arXiv 2303.13005',
    equations: 'Equation 9: L = -T_t log S_t - gamma lambda^2 sum_{i != t} N(T_i) log N(S_i)',
    official: 'shicaiwei123/SDD-CVPR2024@e412036 mdistiller/distillers/nkd.py (nkd_loss)',
  },
  oneLabel: true,
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', sddCfg),
    kdWeight: option.weight(1, 'Weight of the distillation loss', sddCode),
    gamma: option.weight(1.5, 'Weight of the second term', sddCode),
    temperature: option.temperature(1, sddCode),
    warmupEpochs: option.warmupEpochs(20, sddCfg),
    form: option.choice({
      default: 'official',
      choices: ['official', 'paper'],
      about:
        'Whether the second term runs over all classes (official code of SDD) or leaves out the target',
      source: sddCode,
    }),
  },
  idle: {
    gamma: unless('kdWeight'),
    temperature: unless('kdWeight', 'gamma'),
    warmupEpochs: unless('kdWeight'),
    form: unless('kdWeight', 'gamma'),
  },
  // SDD_NKDLoss takes both from the DKD section of the configuration: T 4 and BETA 8.
  defaultsWith: (plugins) => (plugins.includes('sdd') ? { temperature: 4, gamma: 8 } : {}),
  scalars: warmup,
  rowLoss: ({ student, teacher, target, temperature }, { form, gamma }) => {
    const mask = targetMask(target, student.shape[1]);
    const targetTerm = tf.neg(
      tf.sum(tf.mul(tf.mul(tf.softmax(teacher), mask), tf.logSoftmax(student)), 1),
    ) as Tensor1D;
    const soften = (logits: Tensor2D) => {
      const soft = tf.div<Tensor2D>(logits, temperature);
      return form === 'paper' ? tf.add<Tensor2D>(soft, tf.mul(mask, -1e30)) : soft;
    };
    const softTerm = divergence(soften(student), soften(teacher), {
      kind: 'cross-entropy',
    });
    return tf.add(targetTerm, tf.mul(timesSquare(softTerm, temperature), gamma));
  },
});
