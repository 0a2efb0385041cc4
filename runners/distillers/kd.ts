import * as fields from './fields.ts';
import { kdRows } from './kd-rows.ts';
import type { LogitMethod } from './types.ts';

const cfg = 'megvii-research/mdistiller@a08d46f mdistiller/engine/cfg.py (KD)';

/** Knowledge distillation: T^2 KL(softmax(z_t / T) || softmax(z_s / T)) per row. */
export const kd: LogitMethod = {
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
  defaults: { ceWeight: 0.1, kdWeight: 0.9, temperature: 4 },
  fields: {
    ceWeight: fields.weight('Weight of the cross-entropy', cfg),
    kdWeight: fields.weight('Weight of the distillation loss', cfg),
    temperature: fields.temperature(cfg),
  },
  idle: { temperature: fields.unless('kdWeight') },
  // `--logit-stand` of LSKD's tools/train.py takes its base temperature and weight from flags (2
  // and 9); its CTKD scripts use the same weight with the learnable temperature.
  defaultsWith: (plugins) => (plugins.includes('lskd') ? { temperature: 2, kdWeight: 9 } : {}),
  scalars: () => ({}),
  rowLoss: kdRows,
};
