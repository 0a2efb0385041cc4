import type { ParityDriver } from '../driver.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';
import { number } from '../losses/inputs.ts';

const read: FeatureFile = {
  method: (node) => {
    const standardized = node.get('hyper').get('logit_stand').flag();
    return {
      id: standardized ? 'mlkd+lskd' : 'mlkd',
      hyper: {
        temperature: number(node, 'temperature'),
        ceWeight: number(node, 'ce_weight'),
        kdWeight: number(node, 'kd_weight'),
      },
      student: { logits: 'student_weak' },
      teacher: { logits: 'teacher_weak' },
      strong: { student: { logits: 'student_strong' }, teacher: { logits: 'teacher_strong' } },
      target: 'target',
      golden: (param) => param,
    };
  },
  terms: { ce: 'loss_ce', kd: 'loss_kd', cc: 'loss_cc', bc: 'loss_bc' },
};

export const mlkd: ParityDriver = { 'losses/mlkd.json': featureCheck(read) };
