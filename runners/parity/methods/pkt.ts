import type { ParityDriver } from '../driver.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';

const read: FeatureFile = {
  method: () => ({
    id: 'pkt',
    hyper: { featWeight: 1 },
    student: { pooled: 'feat_student' },
    teacher: { pooled: 'feat_teacher' },
    golden: (param) => param,
  }),
};

export const pkt: ParityDriver = { 'losses/pkt.json': featureCheck(read) };
