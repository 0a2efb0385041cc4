import type { ParityDriver } from '../driver.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';
import { number } from '../losses/inputs.ts';

const read: FeatureFile = {
  method: (node) => ({
    id: 'correlation',
    hyper: {
      scale: number(node, 'correlation_scale'),
      kdWeight: number(node, 'kd_loss_weight'),
      featDim: node.get('params').get('embed_s.linear.bias').tensor().shape[0] as number,
    },
    student: { pooled: 'feat_student' },
    teacher: { pooled: 'feat_teacher' },
    golden: (param) => param,
  }),
};

export const correlation: ParityDriver = { 'losses/correlation.json': featureCheck(read) };
