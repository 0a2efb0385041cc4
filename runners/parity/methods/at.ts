import type { ParityDriver } from '../driver.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';
import { number, stages, withStem } from '../losses/inputs.ts';

const read: FeatureFile = {
  method: (node) => ({
    id: 'at',
    hyper: { featWeight: 1, p: number(node, 'p') },
    student: { features: withStem(stages(node, 'feats_student')) },
    teacher: { features: withStem(stages(node, 'feats_teacher')) },
    golden: (param) => param,
  }),
};

export const at: ParityDriver = { 'losses/at.json': featureCheck(read) };
