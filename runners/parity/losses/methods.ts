import { ofdMargins } from '../../distillers/ofd.ts';
import type { GoldenNode, GoldenTensor } from '../golden.ts';
import type { FeatureFile } from './features.ts';
import { buildGolden, tensorsOf } from './networks.ts';

/**
 * How the golden files of feature methods map to the product's methods. Weights that a file leaves
 * out are 1.
 */

const number = (node: GoldenNode, name: string) => node.get('hyper').get(name).number();
const stages = (node: GoldenNode, name: string) =>
  node
    .get('inputs')
    .get(name)
    .list()
    .map((_, index) => `${name}[${index}]`);
/** mdistiller's losses leave out the stem, feature 0. */
const withStem = (names: readonly string[]) => [null, ...names];

export const fitnet: FeatureFile = {
  method: (node) => ({
    id: 'fitnet',
    hyper: { featWeight: number(node, 'feat_weight'), hintLayer: 0 },
    student: { features: ['feat_student'] },
    teacher: { features: ['feat_teacher'] },
    golden: (param) => param.replace('conv_reg.', ''),
  }),
};

export const at: FeatureFile = {
  method: (node) => ({
    id: 'at',
    hyper: { featWeight: 1, p: number(node, 'p') },
    student: { features: withStem(stages(node, 'feats_student')) },
    teacher: { features: withStem(stages(node, 'feats_teacher')) },
    golden: (param) => param,
  }),
};

export const nst: FeatureFile = {
  method: (node) => ({
    id: 'nst',
    hyper: { featWeight: 1 },
    student: { features: withStem(stages(node, 'feats_student')) },
    teacher: { features: withStem(stages(node, 'feats_teacher')) },
    golden: (param) => param,
  }),
};

export const sp: FeatureFile = {
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

export const pkt: FeatureFile = {
  method: () => ({
    id: 'pkt',
    hyper: { featWeight: 1 },
    student: { pooled: 'feat_student' },
    teacher: { pooled: 'feat_teacher' },
    golden: (param) => param,
  }),
};

export const rkd: FeatureFile = {
  method: (node) => ({
    id: 'rkd',
    hyper: {
      distanceWeight: number(node, 'distance_weight'),
      angleWeight: number(node, 'angle_weight'),
      epsilon: number(node, 'eps'),
      distances: node.get('hyper').get('squared').flag() ? 'squared' : 'plain',
    },
    student: { pooled: 'feat_student' },
    teacher: { pooled: 'feat_teacher' },
    golden: (param) => param,
  }),
  // Two pictures have one distance, which is its own mean: both parts cancel.
  summands: rkdWeight,
  // Weight times difference of relations (rounding noise of numbers up to 1) times their slope, 1 /
  // distance.
  gradientSummands: (node) =>
    rkdWeight(node) / leastDistance(node.get('inputs').get('feat_student').tensor()),
};

function rkdWeight(node: GoldenNode): number {
  return number(node, 'distance_weight') + number(node, 'angle_weight');
}

/** Smallest distance between two different rows of [B, D]; infinity where there are no two. */
function leastDistance({ shape, data }: GoldenTensor): number {
  const [rows, width] = shape as readonly [number, number];
  let least = Number.POSITIVE_INFINITY;
  for (let row = 0; row < rows; row += 1) {
    for (let other = 0; other < row; other += 1) {
      let squares = 0;
      for (let column = 0; column < width; column += 1) {
        const difference =
          (data[row * width + column] as number) - (data[other * width + column] as number);
        squares += difference ** 2;
      }
      if (squares > 0) least = Math.min(least, Math.sqrt(squares));
    }
  }
  return least;
}

export const vid: FeatureFile = {
  method: (node) => ({
    id: 'vid',
    hyper: {
      featWeight: 1,
      epsilon: number(node, 'eps'),
      initialVariance: number(node, 'init_pred_var'),
    },
    student: { features: [null, 'feat_student'] },
    teacher: { features: [null, 'feat_teacher'] },
    golden: (param) =>
      param === 'log_scales.0' ? 'log_scale' : param.replace('regressors.0.', 'regressor.'),
  }),
  others: (comparison, node) => {
    const { params } = buildGolden(vid.method(node), tensorsOf(node));
    const init = params.find(({ name }) => name === 'log_scales.0')?.init;
    const start = init?.kind === 'constant' ? init.value : Number.NaN;
    comparison.scalar('log scale at the start', start, number(node, 'init_log_scale'), 1e-8);
  },
};

export const srrl: FeatureFile = {
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

export const correlation: FeatureFile = {
  method: (node) => ({
    id: 'correlation',
    hyper: {
      scale: number(node, 'correlation_scale'),
      kdWeight: number(node, 'kd_loss_weight'),
      featDim: node.get('params').get('embed_s.linear.bias').tensor().shape[0] as number,
    },
    student: { pooled: 'feat_student' },
    teacher: { pooled: 'feat_teacher' },
    golden: (param) => param,
  }),
};

export const dist: FeatureFile = {
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

export const reviewkd: FeatureFile = {
  method: (node) => ({
    id: 'reviewkd',
    hyper: {
      featWeight: number(node, 'reviewkd_weight'),
      warmupEpochs: number(node, 'warmup_epochs'),
      maxMidChannels: number(node, 'mid_channel'),
    },
    epoch: number(node, 'epoch'),
    student: { features: withStem(stages(node, 'feats_student')), pooled: 'pooled_student' },
    teacher: { preactFeatures: withStem(stages(node, 'feats_teacher')), pooled: 'pooled_teacher' },
    golden: (param) => param.replace('abfs.', ''),
  }),
  others: (_, node) => reviewSizes(node),
};

/**
 * The official configuration writes out sizes (deepest first) and channels (deepest last); here
 * they are those of the networks, so that those of the case must say the same.
 */
function reviewSizes(node: GoldenNode): void {
  const hyper = node.get('hyper');
  for (const [network, shapes, channels] of [
    ['student', 'shapes', 'in_channels'],
    ['teacher', 'out_shapes', 'out_channels'],
  ] as const) {
    const maps = node
      .get('inputs')
      .get(`feats_${network}`)
      .list()
      .map((map) => map.tensor().shape);
    const pooled = node.get('inputs').get(`pooled_${network}`).tensor().shape;
    hyper.get(shapes).fixed([1, ...maps.map(([, , height]) => height).reverse()]);
    hyper.get(channels).fixed([...maps.map(([, width]) => width), pooled[1]]);
  }
}

export const ofd: FeatureFile = {
  method: (node) => {
    const norms = stages(node, 'teacher_bn_weight').map((_, index) => `norm${index}`);
    const values = (name: string, kind: string) =>
      node
        .get('inputs')
        .get(name)
        .list()
        .map((each, index): [string, Float32Array] => [
          `norm${index}.${kind}`,
          Float32Array.from(each.tensor().data),
        ]);
    return {
      id: 'ofd',
      hyper: {
        featWeight: number(node, 'feat_weight'),
        connectorKernel: number(node, 'kernel_size'),
      },
      student: { preactFeatures: withStem(stages(node, 'feats_student')) },
      teacher: { preactFeatures: withStem(stages(node, 'feats_teacher')), stageNorms: norms },
      teacherWeights: Object.fromEntries([
        ...values('teacher_bn_weight', 'weight'),
        ...values('teacher_bn_bias', 'bias'),
      ]),
      golden: (param) => param,
    };
  },
  others: (comparison, node) => {
    const inputs = node.get('inputs');
    const [scales, offsets] = ['teacher_bn_weight', 'teacher_bn_bias'].map((name) =>
      inputs.get(name).list(),
    ) as [GoldenNode[], GoldenNode[]];
    node
      .get('outputs')
      .get('margins')
      .list()
      .forEach((margins, index) => {
        const own = ofdMargins(
          (scales[index] as GoldenNode).tensor().data,
          (offsets[index] as GoldenNode).tensor().data,
        );
        comparison.array(`margins of stage ${index + 1}`, own, margins.tensor().data, 1e-6);
      });
  },
};

export const mlkd: FeatureFile = {
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

export const ofaDistiller: FeatureFile = {
  method: (node) => {
    const hyper = node.get('hyper');
    const exits = hyper.get('ofa_stage').numbers();
    return {
      id: 'ofa',
      hyper: {
        eps: `[${hyper.get('ofa_eps').numbers().join(',')}]`,
        stages: `[${exits.join(',')}]`,
        temperature: number(node, 'ofa_temperature'),
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
      withCrossEntropy: number(node, 'gt_loss_weight'),
      golden: (param) => param.replace('projector.', ''),
    };
  },
  terms: { ce: 'loss_gt', kd: 'loss_kd', ofa: 'loss_ofa' },
};
