import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import { gridsBySize } from '../../detection/geometry/anchor-targets.ts';
import { nearTargets } from '../../detection/parts/near-anchors.ts';
import { regionName } from '../../distillers/dense/regions.ts';
import type { ParityDriver } from '../driver.ts';
import type { GoldenNode } from '../golden.ts';
import { compareLoss } from '../losses/bounds.ts';
import { lossCases } from '../losses/cases.ts';
import { summandsOf } from '../losses/features.ts';
import { denseLoss } from '../losses/maps.ts';
import { modes, runLoss } from '../losses/run.ts';
import { Comparison } from '../tolerance.ts';

/** FGFI: where anchors are near boxes, the loss there, and gradients to the map and the layer. */
const check: ParityCheck = (file) => lossCases(file, (node) => imitation(file.path, node));

export const fgfi: ParityDriver = { 'losses/fgfi.json': check };

/** The official code has one level. */
const near = regionName('near', 0);

function imitation(path: string, node: GoldenNode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const mask = node.get('outputs').get('mask').tensor();
  const data = maskOf(node);
  comparison.equal('mask', Array.from(data), Array.from(mask.data));
  const definition = denseLoss(
    {
      id: 'fgfi',
      family: 'anchor-based',
      hyper: {
        weight: node.get('hyper').get('imitation_loss_weight').number(),
        adaptation: 'conv-relu',
        warmupSteps: 0,
      },
      student: { features: ['feat_student'] },
      teacher: { features: ['feat_teacher'] },
      regions: { [near]: { shape: mask.shape, data } },
      golden: (param) => param.replace('levels.0.', ''),
    },
    node,
  );
  for (const mode of modes) {
    compareLoss(comparison, mode, runLoss(definition, mode), node, summandsOf(node, 0));
  }
  return comparison.result();
}

/** What the product makes of the case's boxes and the anchors of its level. */
function maskOf(node: GoldenNode): Float32Array {
  const { shape } = node.get('inputs').get('feat_student').tensor();
  const [batchSize, , height, width] = shape as [number, number, number, number];
  const hyper = node.get('hyper');
  const stride = hyper.get('stride').number();
  const config = {
    strides: [stride],
    ratios: Array.from(hyper.get('ratios').numbers()),
    scales: Array.from(hyper.get('scales').numbers()),
  };
  const grid = gridsBySize(config)({ height: height * stride, width: width * stride });
  const boxes = node.get('inputs').get('gt_boxes').list();
  const made = nearTargets(
    grid,
    boxes.map((each) => Float32Array.from(each.tensor().data)),
    { batchSize, levels: 1, share: 0.5, allBoxes: 0 },
  );
  return made[near] as Float32Array;
}
