import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import type { ParityDriver } from '../driver.ts';
import type { GoldenNode } from '../golden.ts';
import { compareLoss } from '../losses/bounds.ts';
import { lossCases } from '../losses/cases.ts';
import { featureLoss, summandsOf } from '../losses/features.ts';
import { denseLoss } from '../losses/maps.ts';
import { type LossFunction, modes, runLoss } from '../losses/run.ts';
import { Comparison } from '../tolerance.ts';

/**
 * MGD: cases of classification, whose mask is over channels, and of detection and segmentation,
 * over positions.
 */
const check: ParityCheck = (file) => lossCases(file, (node) => maskedCase(file.path, node));

export const mgd: ParityDriver = { 'losses/mgd.json': check };

function maskedCase(path: string, node: GoldenNode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const variant = node.get('hyper').get('variant').text();
  if (!['cls', 'det', 'seg'].includes(variant)) {
    throw node.get('hyper').get('variant').malformed('must be cls, det or seg');
  }
  const overChannels = variant === 'cls';
  node.get('hyper').allFixed({
    mask_axes: overChannels ? 'N,C,1,1 (channel mask)' : 'N,1,H,W (spatial mask)',
    normalisation: 'sum of squares / N',
  });
  const definition = overChannels ? channelLoss(node) : positionLoss(node, variant === 'seg');
  for (const mode of modes) {
    compareLoss(comparison, mode, runLoss(definition, mode), node, summandsOf(node, 0));
  }
  return comparison.result();
}

function hyperOf(node: GoldenNode) {
  const hyper = node.get('hyper');
  return {
    alpha: hyper.get('alpha_mgd').number(),
    lambda: hyper.get('lambda_mgd').number(),
  };
}

function channelLoss(node: GoldenNode): LossFunction {
  return featureLoss(
    {
      id: 'mgd',
      hyper: hyperOf(node),
      student: { features: ['feat_student'] },
      teacher: { features: ['feat_teacher'] },
      draws: { random: 'rand' },
      golden: (param) => param,
    },
    node,
  );
}

function positionLoss(node: GoldenNode, segmentation: boolean): LossFunction {
  return denseLoss(
    {
      id: 'mgd',
      family: segmentation ? 'segmenter' : 'anchor-based',
      // The file has the feature loss alone; the logits' term is CWD's, which has a file of its
      // own.
      hyper: { ...hyperOf(node), logitWeight: 0 },
      student: { features: ['feat_student'] },
      teacher: { features: ['feat_teacher'] },
      draws: { random0: 'rand' },
      golden: (param) => param.replace('levels.0.', ''),
    },
    node,
  );
}
