import type { ParityDriver } from '../driver.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';
import { stages, withStem } from '../losses/inputs.ts';

const read: FeatureFile = {
  method: (node) => ({
    id: 'nst',
    hyper: { featWeight: 1 },
    student: { features: withStem(stages(node, 'feats_student')) },
    teacher: { features: withStem(stages(node, 'feats_teacher')) },
    golden: (param) => param,
  }),
};

export const nst: ParityDriver = { 'losses/nst.json': featureCheck(read) };
