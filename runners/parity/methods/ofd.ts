import { ofdMargins } from '../../distillers/ofd.ts';
import type { ParityDriver } from '../driver.ts';
import type { GoldenNode } from '../golden.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';
import { number, stages, withStem } from '../losses/inputs.ts';

const read: FeatureFile = {
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

export const ofd: ParityDriver = { 'losses/ofd.json': featureCheck(read) };
