import {
  type AnchorGrid,
  anchorDeltas,
  assignGrid,
  type Truth,
} from '../../geometry/anchor-targets.ts';
import { type AssignConfig, retinaAssign } from '../../geometry/assign.ts';
import { boxCount } from '../../geometry/boxes.ts';
import { anchorCoder } from '../../geometry/delta-coder.ts';

/**
 * What RetinaNet's losses need of a batch of B pictures with N anchors each, in fixed shapes:
 * inputs of the recorded step. Anchors are in the order of the head's output reshaped to [B, N,
 * ...].
 */
export interface RetinaTargets {
  /** [B, N] class index; the number of classes means background. */
  readonly labels: Int32Array;
  /**
   * [B, N] 1 where the anchor counts in the class loss; 0 between the thresholds and off the
   * picture.
   */
  readonly labelWeights: Float32Array;
  /** [B, N, 4] encoded boxes, 0 where there is none. */
  readonly boxTargets: Float32Array;
  /** [B, N] 1 for positive anchors. */
  readonly boxWeights: Float32Array;
  /** Divisor of both losses: the sum over pictures of max(positives, 1). */
  readonly normaliser: number;
}

/**
 * Makes the targets of a batch.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/anchor_head.py, `_get_targets_single`
 * and `loss_by_feat`.
 *
 * @param classes number of classes
 */
export function retinaTargets(
  grid: AnchorGrid,
  truths: readonly Truth[],
  classes: number,
  assign: AssignConfig = retinaAssign,
): RetinaTargets {
  const count = boxCount(grid.anchors);
  const labels = new Int32Array(truths.length * count).fill(classes);
  const labelWeights = new Float32Array(labels.length);
  const boxTargets = new Float32Array(labels.length * 4);
  const boxWeights = new Float32Array(labels.length);
  let normaliser = 0;
  truths.forEach((truth, picture) => {
    const start = picture * count;
    const boxOf = assignGrid(grid, truth, assign);
    const positive: number[] = [];
    boxOf.forEach((box, anchor) => {
      if (box >= 0) labelWeights[start + anchor] = 1;
      if (box > 0) positive.push(anchor);
    });
    const deltas = anchorDeltas(grid.anchors, positive, boxOf, truth.boxes, anchorCoder);
    positive.forEach((anchor, row) => {
      const at = start + anchor;
      labels[at] = truth.labels[(boxOf[anchor] as number) - 1] as number;
      boxWeights[at] = 1;
      boxTargets.set(deltas.subarray(row * 4, row * 4 + 4), at * 4);
    });
    normaliser += Math.max(positive.length, 1);
  });
  return { labels, labelWeights, boxTargets, boxWeights, normaliser };
}
