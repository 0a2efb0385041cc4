import type { Hyper } from '../../../contract/spec.ts';
import type { GoldenNode } from '../golden.ts';
import { featureCheck } from '../losses/features.ts';
import { stagesHyper, stagesOf } from '../losses/hint-stages.ts';
import { number, smoothingOf } from '../losses/inputs.ts';
import type { GoldenMethod, GoldenNetwork } from '../losses/networks.ts';

/**
 * OFA-KD's distillers as wholes: cross-entropy and distillation as they are trained, labels mixed
 * or smoothed. A case is told by its settings; binary KD has none of its own.
 */
export const ofakdCheck = featureCheck({
  method: (node) => {
    const weights = {
      ceWeight: number(node, 'gt_loss_weight'),
      kdWeight: number(node, 'kd_loss_weight'),
    };
    return whole(node, ...methodOf(node, weights));
  },
  terms: (node) => {
    const distance = node.get('outputs').has('loss_fitnet') ? 'loss_fitnet' : 'loss_kd';
    return { ce: 'loss_gt', [methodOf(node, {})[1].term]: distance };
  },
  others: (comparison, node) => {
    const [, classes] = node.get('inputs').get('logits_student').tensor().shape;
    comparison.equal('classes', classes, number(node, 'num_classes'));
  },
});

interface Case {
  readonly hyper: Hyper;
  /** The product's name of the distillation term. */
  readonly term: string;
  readonly student?: GoldenNetwork;
  readonly teacher?: GoldenNetwork;
}

const pooled = {
  student: { pooled: 'pooled_student' },
  teacher: { pooled: 'pooled_teacher' },
};

function methodOf(node: GoldenNode, weights: Hyper): readonly [string, Case] {
  const hyper = node.get('hyper');
  const has = (name: string) => hyper.has(name);
  if (has('fitnet_stage')) return ['fitnet-stages', fitnetCase(node, weights)];
  if (has('correlation_scale')) {
    const own = {
      scale: number(node, 'correlation_scale'),
      featDim: number(node, 'correlation_feat_dim'),
    };
    return ['correlation', { hyper: { ...weights, ...own }, term: 'correlation', ...pooled }];
  }
  if (has('rkd_eps')) return ['rkd', { hyper: rkdHyper(node, weights), term: 'rkd', ...pooled }];
  if (has('dist_tau')) {
    const own = {
      beta: number(node, 'dist_beta'),
      gamma: number(node, 'dist_gamma'),
      temperature: number(node, 'dist_tau'),
    };
    return ['dist', { hyper: { ...weights, ...own }, term: 'dist' }];
  }
  if (has('kd_temperature')) {
    const temperature = number(node, 'kd_temperature');
    return ['kd', { hyper: { ...weights, temperature }, term: 'kd' }];
  }
  return ['bkd', { hyper: weights, term: 'bkd' }];
}

/** OFA-KD has a weight of distances and angles together, which RKD calls that of its feature. */
function rkdHyper(node: GoldenNode, { kdWeight, ...weights }: Hyper): Hyper {
  return {
    ...weights,
    ...(kdWeight !== undefined && { featWeight: kdWeight }),
    distanceWeight: number(node, 'rkd_distance_weight'),
    angleWeight: number(node, 'rkd_angle_weight'),
    epsilon: number(node, 'rkd_eps'),
    distances: node.get('hyper').get('rkd_squared').flag() ? 'squared' : 'plain',
  };
}

/** OFA-KD's weight of KD does not act on FitNets. */
function fitnetCase(node: GoldenNode, { kdWeight: _, ...weights }: Hyper): Case {
  return {
    hyper: { ...weights, ...stagesHyper(node) },
    term: 'fitnet',
    student: stagesOf(node, 'student'),
    teacher: stagesOf(node, 'teacher'),
  };
}

function whole(node: GoldenNode, id: string, { hyper, student, teacher }: Case): GoldenMethod {
  return {
    id,
    hyper,
    student: { ...student, logits: 'logits_student' },
    teacher: { ...teacher, logits: 'logits_teacher' },
    target: 'target',
    ...smoothingOf(node),
    whole: true,
    golden: (param) => param.replace('projector.', ''),
  };
}
