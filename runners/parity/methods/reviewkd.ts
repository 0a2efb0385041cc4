import type { ParityDriver } from '../driver.ts';
import type { GoldenNode } from '../golden.ts';
import { type FeatureFile, featureCheck } from '../losses/features.ts';
import { number, stages, withStem } from '../losses/inputs.ts';

const read: FeatureFile = {
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

export const reviewkd: ParityDriver = { 'losses/reviewkd.json': featureCheck(read) };

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
