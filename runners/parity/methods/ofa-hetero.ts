import type { ParityCheck } from '../../../contract/parity.ts';
import { tokenHeadBlocks } from '../../distillers/ofa-heads.ts';
import type { GoldenNode } from '../golden.ts';
import { featureCheck } from '../losses/features.ts';
import { number, smoothingOf } from '../losses/inputs.ts';
import type { GoldenNetwork } from '../losses/networks.ts';
import type { Comparison } from '../tolerance.ts';

/**
 * OFA as a whole distiller with students of tokens and of maps, labels mixed and smoothed. What
 * OFAKD's timm calls `num_tokens` counts class tokens.
 */
export const heterogeneousCheck: ParityCheck = featureCheck({
  method: (node) => ({
    id: 'ofa',
    hyper: {
      eps: `[${node.get('hyper').get('ofa_eps').numbers().join(',')}]`,
      stages: `[${exitsOf(node).join(',')}]`,
      temperature: number(node, 'ofa_temperature'),
      ceWeight: number(node, 'gt_loss_weight'),
      ofaWeight: number(node, 'ofa_loss_weight'),
      kdWeight: number(node, 'kd_loss_weight'),
    },
    student: studentOf(node),
    teacher: { pooledWidth: number(node, 'feature_dim_t'), logits: 'logits_teacher' },
    target: 'target',
    ...smoothingOf(node),
    whole: true,
    golden: (param) => param.replace('projector.', ''),
  }),
  terms: { ce: 'loss_gt', kd: 'loss_kd', ofa: 'loss_ofa' },
  others: compareSettings,
});

function exitsOf(node: GoldenNode): readonly number[] {
  return Array.from(node.get('hyper').get('ofa_stage').numbers());
}

function studentOf(node: GoldenNode): GoldenNetwork {
  const exits = exitsOf(node);
  const stages = [1, 2, 3, 4].map((stage) => (exits.includes(stage) ? `feat_stage${stage}` : null));
  const shape = node.get('hyper').get('stage_shapes').get(String(exits[0])).numbers();
  const common = { pooledWidth: number(node, 'feature_dim_s'), logits: 'logits_student' };
  return shape.length === 2
    ? { ...common, tokens: stages, classTokens: number(node, 'num_tokens') }
    : { ...common, features: [null, ...stages] };
}

/** What the official code fixes: its blocks, and the shapes that it tells stages by. */
function compareSettings(comparison: Comparison, node: GoldenNode): void {
  const { heads, epsilon } = tokenHeadBlocks;
  comparison.equal('heads of a block', heads, number(node, 'block_heads'));
  comparison.equal('epsilon of its layer norms', epsilon, number(node, 'layer_norm_eps'));
  const exits = exitsOf(node);
  for (const [stage, shape] of node.get('hyper').get('stage_shapes').entries()) {
    if (!exits.includes(Number(stage))) {
      shape.numbers();
      continue;
    }
    const given = node.get('inputs').get(`feat_stage${stage}`).tensor().shape.slice(1);
    comparison.equal(`the shape of stage ${stage}`, given, Array.from(shape.numbers()));
  }
  const ofMaps = node.get('inputs').get(`feat_stage${exits[0]}`).tensor().shape.length === 4;
  if (ofMaps) comparison.equal('class tokens of a map', 0, number(node, 'num_tokens'));
}
