import { defineMethod } from './define.ts';
import { unless } from './idle.ts';
import { kdRows } from './kd-rows.ts';
import * as option from './option.ts';

const cfg = 'megvii-research/mdistiller@a08d46f mdistiller/engine/cfg.py (KD)';

/** Knowledge distillation: T^2 KL(softmax(z_t / T) || softmax(z_s / T)) per row. */
export const kd = defineMethod({
  kind: 'logits',
  id: 'kd',
  title: 'Knowledge distillation',
  reference: {
    paper:
      'Hinton, Vinyals, Dean: Distilling the Knowledge in a Neural Network, 2015, arXiv 1503.02531',
    equations:
      'Section 2, soft targets q_i = exp(z_i/T) / sum_j exp(z_j/T), gradients scaled by T^2',
    official:
      'sunshangquan/logit-standardization-KD@f6e5aa5 mdistiller/distillers/KD.py (kd_loss; identical in megvii-research/mdistiller@a08d46f)',
  },
  options: {
    ceWeight: option.weight(0.1, 'Weight of the cross-entropy', cfg),
    kdWeight: option.weight(0.9, 'Weight of the distillation loss', cfg),
    temperature: option.temperature(4, cfg),
  },
  idle: { temperature: unless('kdWeight') },
  // `--logit-stand` of LSKD's tools/train.py takes its base temperature and weight from flags (2
  // and 9); its CTKD scripts use the same weight with the learnable temperature.
  defaultsWith: (plugins) => (plugins.includes('lskd') ? { temperature: 2, kdWeight: 9 } : {}),
  rowLoss: kdRows,
});
