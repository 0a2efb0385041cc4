import type { ParityDriver } from '../driver.ts';
import { featureCheck } from '../losses/features.ts';
import { stagesHyper, stagesOf } from '../losses/hint-stages.ts';
import { number, smoothingOf } from '../losses/inputs.ts';

/** Pairs of maps and tokens, by the code that OFA-KD's author posted, with KD beside it. */
export const fitnetStages: ParityDriver = {
  'losses/fitnet_stages.json': featureCheck({
    method: (node) => ({
      id: 'fitnet-stages',
      hyper: {
        ...stagesHyper(node),
        ceWeight: number(node, 'gt_loss_weight'),
        klWeight: number(node, 'kd_loss_weight'),
        temperature: number(node, 'kd_temperature'),
      },
      student: { ...stagesOf(node, 'student'), logits: 'logits_student' },
      teacher: { ...stagesOf(node, 'teacher'), logits: 'logits_teacher' },
      target: 'target',
      ...smoothingOf(node),
      whole: true,
      // The released file, which names the layer of two maps, has no `aligner` around it.
      golden: (param) =>
        param.replace('projector.', '').replace(/^(\d+)\.weight$/, '$1.aligner.weight'),
    }),
    terms: (node) => ({
      ce: 'loss_gt',
      fitnet: 'loss_fitnet',
      ...(number(node, 'kd_loss_weight') > 0 && { kd: 'loss_kd' }),
    }),
    others: (comparison, node) => {
      const [, classes] = node.get('inputs').get('logits_student').tensor().shape;
      comparison.equal('classes', classes, number(node, 'num_classes'));
    },
  }),
};
