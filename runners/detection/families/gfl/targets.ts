import type { AnchorGrid, Truth } from '../../geometry/anchor-targets.ts';
import { levelCounts, validFlags } from '../../geometry/anchors.ts';
import { assignAtss } from '../../geometry/atss.ts';
import { boxCount } from '../../geometry/boxes.ts';

/**
 * What GFL's losses need of a batch of B pictures with N anchors each, in fixed shapes: inputs of
 * the recorded step.
 */
export interface GflTargets {
  /** [B, N] class index; the number of classes means background. */
  readonly labels: Int32Array;
  /** [B, N] 0 off the picture, else 1. */
  readonly labelWeights: Float32Array;
  /** [B, N, 4] true boxes of positive anchors, in pixels; 0 elsewhere. */
  readonly boxTargets: Float32Array;
  /** Divisor of the class loss: the sum over pictures of max(positives, 1). */
  readonly normaliser: number;
}

/**
 * Makes the targets of a batch.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/gfl_head.py, `_get_targets_single`.
 */
export function gflTargets(
  grid: AnchorGrid,
  truths: readonly Truth[],
  classes: number,
): GflTargets {
  const count = boxCount(grid.anchors);
  const labels = new Int32Array(truths.length * count).fill(classes);
  const labelWeights = new Float32Array(labels.length);
  const boxTargets = new Float32Array(labels.length * 4);
  let normaliser = 0;
  truths.forEach((truth, picture) => {
    const start = picture * count;
    const valid = validFlags(grid.config, grid.sizes, truth.padShape);
    labelWeights.set(valid, start);
    const boxOf = assignAtss(grid.anchors, validLevels(grid, valid), truth.boxes);
    let positives = 0;
    boxOf.forEach((box, anchor) => {
      if (box === 0) return;
      positives += 1;
      labels[start + anchor] = truth.labels[box - 1] as number;
      boxTargets.set(truth.boxes.subarray(4 * box - 4, 4 * box), 4 * (start + anchor));
    });
    normaliser += Math.max(positives, 1);
  });
  return { labels, labelWeights, boxTargets, normaliser };
}

/** Indices of the anchors of each level that lie on the picture. */
function validLevels({ config, sizes }: AnchorGrid, valid: Uint8Array): number[][] {
  let start = 0;
  return levelCounts(config, sizes).map((count) => {
    const level: number[] = [];
    for (const end = start + count; start < end; start += 1) {
      if (valid[start] === 1) level.push(start);
    }
    return level;
  });
}
