import type { ParityDriver } from '../driver.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';
import { number } from '../losses/inputs.ts';

const read: FeatureFile = {
  method: (node) => ({
    id: 'fitnet',
    hyper: { featWeight: number(node, 'feat_weight'), hintLayer: 0 },
    student: { features: ['feat_student'] },
    teacher: { features: ['feat_teacher'] },
    golden: (param) => param.replace('conv_reg.', ''),
  }),
};

export const fitnet: ParityDriver = { 'losses/fitnet.json': featureCheck(read) };
