import {
  type AnchorGrid,
  anchorDeltas,
  assignGrid,
  type Truth,
} from '../../geometry/anchor-targets.ts';
import { type AssignConfig, rpnAssign } from '../../geometry/assign.ts';
import { boxCount } from '../../geometry/boxes.ts';
import { anchorCoder } from '../../geometry/delta-coder.ts';
import {
  type Choice,
  rpnSampler,
  type Sample,
  type SampleConfig,
  samplePriors,
} from '../../geometry/sampling.ts';

/** What the RPN's losses need of a batch of B pictures with N anchors each, in fixed shapes. */
export interface RpnTargets {
  /** [B, N] 1 for objects, 0 for background. */
  readonly labels: Float32Array;
  /** [B, N] 1 for sampled anchors. */
  readonly labelWeights: Float32Array;
  /** [B, N, 4] encoded boxes, 0 where there is none. */
  readonly boxTargets: Float32Array;
  /** [B, N] 1 for sampled positive anchors. */
  readonly boxWeights: Float32Array;
  /** Divisor of both losses: the sum over pictures of max(positives, 1) + max(negatives, 1). */
  readonly normaliser: number;
  /** Sampled anchors of each picture, as indices into the whole grid. */
  readonly samples: readonly Sample[];
}

/**
 * Makes the targets of a batch.
 *
 * Official files: mmdetection 3.3.0 mmdet/models/dense_heads/rpn_head.py and anchor_head.py. There
 * foreground is label 0 and background 1; here the label is the target of the sigmoid.
 *
 * @param choose per picture, how to choose where there are more candidates than wanted
 */
export function rpnTargets(
  grid: AnchorGrid,
  truths: readonly Truth[],
  choose: (picture: number) => Choice,
  sampler: SampleConfig = rpnSampler,
  assign: AssignConfig = rpnAssign,
): RpnTargets {
  const count = boxCount(grid.anchors);
  const labels = new Float32Array(truths.length * count);
  const labelWeights = new Float32Array(labels.length);
  const boxTargets = new Float32Array(labels.length * 4);
  const boxWeights = new Float32Array(labels.length);
  let normaliser = 0;
  const samples = truths.map((truth, picture) => {
    const start = picture * count;
    const boxOf = assignGrid(grid, truth, assign);
    const sample = samplePriors({ boxOf }, sampler, choose(picture));
    const { positive, negative } = sample;
    for (const anchor of [...positive, ...negative]) labelWeights[start + anchor] = 1;
    const deltas = anchorDeltas(grid.anchors, positive, boxOf, truth.boxes, anchorCoder);
    positive.forEach((anchor, row) => {
      const at = start + anchor;
      labels[at] = 1;
      boxWeights[at] = 1;
      boxTargets.set(deltas.subarray(row * 4, row * 4 + 4), at * 4);
    });
    normaliser += Math.max(positive.length, 1) + Math.max(negative.length, 1);
    return sample;
  });
  return { labels, labelWeights, boxTargets, boxWeights, normaliser, samples };
}
