import { defineMethod } from './define.ts';

/** Plain training with cross-entropy: the student's baseline, and how teachers are trained. */
export const none = defineMethod({
  kind: 'plain',
  id: 'none',
  title: 'No distillation',
  reference: {
    paper: 'None: the cross-entropy of softmax(z) with the label, averaged over the batch',
    equations: 'L = -mean_i log softmax(z_i)[y_i]',
    official: 'megvii-research/mdistiller@a08d46f mdistiller/distillers/_base.py (Vanilla)',
  },
});
