import type { Hyper } from '../../../contract/spec.ts';
import type { GoldenNode } from '../golden.ts';
import { number } from './inputs.ts';
import type { GoldenNetwork } from './networks.ts';

/*
 * How cases of FitNets at every stage state them.
 */

/** Weight and stages of a case. */
export function stagesHyper(node: GoldenNode): Hyper {
  return {
    featWeight: number(node, 'fitnet_loss_weight'),
    stages: `[${chosen(node).join(',')}]`,
  };
}

/** The features of a network at the case's stages: maps, or tokens. */
export function stagesOf(node: GoldenNode, network: 'student' | 'teacher'): GoldenNetwork {
  const stages = chosen(node);
  const names = [1, 2, 3, 4].map((stage) =>
    stages.includes(stage) ? `feat_${network}_stage${stage}` : null,
  );
  const { shape } = node.get('inputs').get(`feat_${network}_stage${stages[0]}`).tensor();
  const classTokens = node.get('hyper').optional(`num_tokens_${network}`)?.number() ?? 0;
  return shape.length === 3 ? { tokens: names, classTokens } : { features: [null, ...names] };
}

const chosen = (node: GoldenNode): readonly number[] =>
  Array.from(node.get('hyper').get('fitnet_stage').numbers());
