import type { ParityDriver } from '../driver.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';

const read: FeatureFile = {
  method: () => ({
    id: 'srrl',
    // The file has the method's own loss; KD beside it is checked by its own files.
    hyper: { featWeight: 1, klWeight: 0 },
    student: { pooled: 'feat_student' },
    teacher: {
      pooled: 'feat_teacher',
      logits: 'logits_teacher',
      classifier: ['param:cls_t.weight', 'param:cls_t.bias'],
    },
    golden: (param) => param,
  }),
};

export const srrl: ParityDriver = { 'losses/srrl.json': featureCheck(read) };
