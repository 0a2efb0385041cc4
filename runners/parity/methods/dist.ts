import type { ParityDriver } from '../driver.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';
import { number } from '../losses/inputs.ts';

const read: FeatureFile = {
  method: (node) => ({
    id: 'dist',
    hyper: {
      beta: number(node, 'beta'),
      gamma: number(node, 'gamma'),
      temperature: number(node, 'temperature'),
    },
    student: { logits: 'logits_student' },
    teacher: { logits: 'logits_teacher' },
    golden: (param) => param,
  }),
};

export const dist: ParityDriver = { 'losses/dist.json': featureCheck(read) };
