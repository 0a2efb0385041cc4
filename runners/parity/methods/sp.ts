import type { ParityDriver } from '../driver.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';
import { stages } from '../losses/inputs.ts';

const read: FeatureFile = {
  method: (node) => ({
    id: 'sp',
    hyper: { featWeight: 1 },
    student: { features: stages(node, 'feats_student') },
    teacher: { features: stages(node, 'feats_teacher') },
    golden: (param) => param,
  }),
  // Squared differences of numbers up to 1.
  summands: () => 1,
};

export const sp: ParityDriver = { 'losses/sp.json': featureCheck(read) };
