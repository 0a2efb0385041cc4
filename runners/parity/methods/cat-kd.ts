import type { ParityDriver } from '../driver.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';
import { number } from '../losses/inputs.ts';

const read: FeatureFile = {
  method: (node) => ({
    id: 'cat-kd',
    hyper: {
      camWeight: number(node, 'camWeight'),
      resolution: number(node, 'resolution'),
      scaling: node.get('hyper').get('scaling').text(),
    },
    student: {
      features: ['map_student'],
      logits: 'logits_student',
      classifier: ['param:fc_s.weight', 'param:fc_s.bias'],
    },
    teacher: { features: ['map_teacher'], classifier: ['param:fc_t.weight', 'param:fc_t.bias'] },
    target: 'target',
    golden: (param) => param,
  }),
};

export const catKd: ParityDriver = { 'losses/cat-kd.json': featureCheck(read) };
