import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { takeFromEach, topEntries } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import { type AssignConfig, roiAssign } from '../../geometry/assign.ts';
import { labelsOf } from '../../geometry/assign-ops.ts';
import { encodeBoxes, pairOverlaps } from '../../geometry/box-ops.ts';
import { type DeltaCoder, roiCoder } from '../../geometry/delta-coder.ts';
import type { PaddedTruth } from '../../geometry/padded-truth.ts';
import type { SampleConfig } from '../../geometry/sampling.ts';
import type { Proposals } from './proposals.ts';

/**
 * Regions on which the second stage is trained, and what it should say of them: R of every picture,
 * in a fixed shape.
 */
export interface SampledRegions {
  /** [B, R, 4] positives first; 0 in empty places. */
  readonly boxes: Tensor3D;
  /** [B, R] class; the number of classes means background. As all of these in float32. */
  readonly labels: Tensor2D;
  /** [B, R, 4] encoded true boxes, 0 for background. */
  readonly boxTargets: Tensor3D;
  /** [B, R] place of a positive's true box; of others whatever comes. */
  readonly boxOf: Tensor2D;
  /** [B, R] 1 for positives. */
  readonly positive: Tensor2D;
  /** [B, R] 1 for sampled regions, 0 in empty places. */
  readonly sampled: Tensor2D;
  /** [B, R] 1 for true boxes themselves. */
  readonly isTruth: Tensor2D;
}

/**
 * Samples regions inside the step; the rule is `roiTargets`, whose random choice is here that of
 * the largest priorities. True boxes are added in front of the proposals; positives are drawn up to
 * their share, negatives fill up.
 *
 * @param priorities [B, G + P] random numbers in [0, 1): of candidates, those with the largest are
 *   taken
 */
export function sampleRegions(
  found: Proposals,
  truth: PaddedTruth,
  priorities: Tensor2D,
  classes: number,
  { num, posFraction }: SampleConfig,
  assign: AssignConfig = roiAssign,
  coder: DeltaCoder = roiCoder,
): SampledRegions {
  const [pictures, own] = truth.valid.shape;
  const overlaps = tf.sub(
    tf.mul(pairOverlaps(found.boxes, truth.boxes), truth.valid.reshape([pictures, 1, own])),
    tf.sub(1, truth.valid).reshape([pictures, 1, own]),
  );
  const most = tf.max(overlaps, 2);
  const flag = (condition: Tensor) => tf.cast(condition, 'float32');
  const positives = tf.mul(flag(tf.greaterEqual(most, assign.posIou)), found.valid);
  const negatives = tf.mul(flag(tf.less(most, assign.negIou)), found.valid);
  const candidates = {
    boxes: tf.concat([truth.boxes, found.boxes], 1) as Tensor3D,
    positive: tf.concat([truth.valid, positives], 1) as Tensor2D,
    negative: tf.concat([tf.zerosLike(truth.valid), negatives], 1) as Tensor2D,
    boxOf: tf.concat(
      [placesOf(pictures, own), tf.cast(tf.argMax(overlaps, 2), 'float32')],
      1,
    ) as Tensor2D,
  };
  const chosen = choose(candidates, priorities, num, Math.trunc(num * posFraction));
  const taken = <T extends Tensor>(values: T): T => takeFromEach(values, chosen.indices);
  const mask = (x: Tensor, by: Tensor2D) => tf.mul(x, by.reshape([...by.shape, 1])) as Tensor3D;
  const boxes = mask(taken(candidates.boxes), chosen.sampled);
  const positive = tf.mul(taken(candidates.positive), chosen.sampled) as Tensor2D;
  const boxOf = taken(candidates.boxOf);
  const places = tf.cast(boxOf, 'int32') as Tensor2D;
  const wanted = takeFromEach(truth.boxes, places);
  const same = positive.reshape([...positive.shape, 1]);
  // Background is encoded against itself: what is not finite would survive a product with 0.
  const unit = tf.tensor1d([0, 0, 1, 1]);
  const [priors, targets] = [boxes, wanted].map((each) =>
    tf.add(tf.mul(each, same), tf.mul(unit, tf.sub(1, same))),
  ) as [Tensor3D, Tensor3D];
  const labels = labelsOf(truth, places, positive, classes);
  const boxTargets = mask(encodeBoxes(priors, targets, coder), positive);
  const isTruth = tf.cast(tf.less(chosen.indices, own), 'float32') as Tensor2D;
  return { boxes, labels, boxTargets, boxOf, positive, sampled: chosen.sampled, isTruth };
}

/** [B, G] 0, 1, 2 ... in every row. */
function placesOf(pictures: number, count: number): Tensor2D {
  const row = Float32Array.from({ length: pictures * count }, (_, at) => at % count);
  return tf.tensor2d(row, [pictures, count]);
}

interface Candidates {
  readonly positive: Tensor2D;
  readonly negative: Tensor2D;
}

/** The positives of largest priority up to `most`, then negatives up to `num` in all. */
function choose(
  { positive, negative }: Candidates,
  priorities: Tensor2D,
  num: number,
  most: number,
): { indices: Tensor2D; sampled: Tensor2D } {
  const width = positive.shape[1];
  const only = (which: Tensor2D) => tf.sub(tf.mul(tf.add(priorities, 1), which), 1) as Tensor2D;
  const ranked = topEntries(only(positive), Math.min(most, width));
  // The last priority that still is among the largest; equal ones are as good as never.
  const last = tf.slice(ranked.values, [0, ranked.values.shape[1] - 1], [-1, 1]);
  const kept = tf.mul(
    positive,
    tf.cast(tf.greaterEqual(only(positive), last), 'float32'),
  ) as Tensor2D;
  const score = tf.add(only(negative), tf.mul(kept, 3)) as Tensor2D;
  const { values, indices } = topEntries(score, Math.min(num, width));
  return { indices, sampled: tf.cast(tf.greaterEqual(values, 0), 'float32') as Tensor2D };
}
