import type { ParityDriver } from '../driver.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';
import { number } from '../losses/inputs.ts';
import { exitCheck } from './ofa-exit.ts';
import { heterogeneousCheck } from './ofa-hetero.ts';

const read: FeatureFile = {
  method: (node) => {
    const hyper = node.get('hyper');
    const exits = hyper.get('ofa_stage').numbers();
    return {
      id: 'ofa',
      hyper: {
        eps: `[${hyper.get('ofa_eps').numbers().join(',')}]`,
        stages: `[${exits.join(',')}]`,
        temperature: number(node, 'ofa_temperature'),
        ceWeight: number(node, 'gt_loss_weight'),
        ofaWeight: number(node, 'ofa_loss_weight'),
        kdWeight: number(node, 'kd_loss_weight'),
      },
      student: {
        features: [null, 'feat_stage1', 'feat_stage2', 'feat_stage3', 'feat_stage4'],
        pooledWidth: number(node, 'feature_dim_s'),
        logits: 'logits_student',
      },
      teacher: { pooledWidth: number(node, 'feature_dim_t'), logits: 'logits_teacher' },
      target: 'target',
      whole: true,
      golden: (param) => param.replace('projector.', ''),
    };
  },
  terms: { ce: 'loss_gt', kd: 'loss_kd', ofa: 'loss_ofa' },
};

export const ofa: ParityDriver = {
  'losses/ofa_distiller.json': featureCheck(read),
  ...Object.fromEntries(
    ['vit', 'swin', 'swin3', 'small', 'cnn'].map((student) => [
      `losses/ofa_hetero_${student}.json`,
      heterogeneousCheck,
    ]),
  ),
  'losses/ofa_loss.json': exitCheck,
};
