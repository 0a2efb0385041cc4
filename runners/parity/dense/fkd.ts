import type { Scalar } from '@tensorflow/tfjs-core';
import type { ParityCase, ParityCheck } from '../../../contract/parity.ts';
import type { ParityDriver } from '../driver.ts';
import type { GoldenNode } from '../golden.ts';
import { compareLoss } from '../losses/bounds.ts';
import { lossCases } from '../losses/cases.ts';
import { summandsOf } from '../losses/features.ts';
import { buildDense, denseLoss, denseStep, type GoldenDense } from '../losses/maps.ts';
import { tensorsOf } from '../losses/networks.ts';
import { type LossFunction, modes, runLoss } from '../losses/run.ts';
import { Comparison } from '../tolerance.ts';

/** FKD: its four terms, their sum, and gradients to every map and part. */
const check: ParityCheck = (file) => lossCases(file, (node) => feature(file.path, node));

export const fkd: ParityDriver = { 'losses/fkd.json': check };

const tolerance = 1e-5;

/** The product's terms, and the official code's names for them. */
const terms = [
  ['fkdMasked', 'kd_feat_loss'],
  ['fkdChannels', 'kd_channel_loss'],
  ['fkdPositions', 'kd_spatial_loss'],
  ['fkdRelations', 'kd_nonlocal_loss'],
] as const;

function feature(path: string, node: GoldenNode): ParityCase {
  const comparison = new Comparison(path, node.get('name').text());
  const definition = withTerms(goldenOf(node), node);
  for (const mode of modes) {
    const result = runLoss(definition, mode);
    compareLoss(comparison, mode, result, node, summandsOf(node, 0));
    for (const [own, official] of terms) {
      const expected = node.get('outputs').get(official).number();
      comparison.scalar(`${mode} ${own}`, result.others[own]?.[0] as number, expected, tolerance);
    }
  }
  return comparison.result();
}

function goldenOf(node: GoldenNode): GoldenDense {
  const hyper = node.get('hyper');
  const number = (name: string) => hyper.get(name).number();
  const levels = node.get('inputs').get('feats_student').list().length;
  const names = (network: string) =>
    Array.from({ length: levels }, (_, index) => `feats_${network}[${index}]`);
  const both = hyper.get('channel_mask').flag();
  return {
    id: 'fkd',
    family: both ? 'anchor-based' : 'two-stage',
    hyper: {
      alpha: number('alpha'),
      beta: number('beta'),
      gamma: number('gamma'),
      temperature: number('temp'),
      mask: both ? 'positions-and-channels' : 'positions',
    },
    student: { features: names('student') },
    teacher: { features: names('teacher') },
    golden: (param) => param.replace(/^levels\.(\d+)\.(\w+)/, '$2.$1'),
  };
}

function withTerms(golden: GoldenDense, node: GoldenNode): LossFunction {
  const distiller = buildDense(golden, tensorsOf(node));
  return {
    ...denseLoss(golden, node),
    others: (given) => {
      const losses = distiller.terms(denseStep(golden, distiller, given));
      return Object.fromEntries(terms.map(([own]) => [own, losses[own] as Scalar]));
    },
  };
}
