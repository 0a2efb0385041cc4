import type { ParityDriver } from '../driver.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';
import { number } from '../losses/inputs.ts';
import { buildGolden, tensorsOf } from '../losses/networks.ts';

const method: FeatureFile['method'] = (node) => ({
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
});

const read: FeatureFile = {
  method,
  others: (comparison, node) => {
    const { params } = buildGolden(method(node), tensorsOf(node));
    const init = params.find(({ name }) => name === 'log_scales.0')?.init;
    const start = init?.kind === 'constant' ? init.value : Number.NaN;
    comparison.scalar('log scale at the start', start, number(node, 'init_log_scale'), 1e-8);
  },
};

export const vid: ParityDriver = { 'losses/vid.json': featureCheck(read) };
