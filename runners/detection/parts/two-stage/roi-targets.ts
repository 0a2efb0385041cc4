import { type AssignConfig, assignMaxIou, roiAssign } from '../../geometry/assign.ts';
import { type Boxes, takeBoxes } from '../../geometry/boxes.ts';
import { encodeDeltas, roiCoder } from '../../geometry/delta-coder.ts';
import {
  type Choice,
  roiSampler,
  type SampleConfig,
  samplePriors,
} from '../../geometry/sampling.ts';

/**
 * The regions on which the second stage is trained, positives first, and what it should say of
 * them.
 */
export interface RoiTargets {
  /** [R, 4] */
  readonly rois: Boxes;
  /** [R] class index; the number of classes means background. */
  readonly labels: Int32Array;
  /** [R, 4] encoded with `roiCoder`, 0 for background. */
  readonly boxTargets: Float32Array;
  /** [R] 1 for positives. */
  readonly boxWeights: Float32Array;
  /** Indices into true boxes followed by proposals. */
  readonly positive: readonly number[];
  readonly negative: readonly number[];
  /** Index of the true box of each positive. */
  readonly positiveBox: readonly number[];
}

/**
 * Samples the regions of one picture: true boxes are added in front of the proposals, which are
 * assigned without them.
 *
 * The recorded step does the same with fixed shapes; this states the rule, and evaluates it where
 * shapes are free.
 *
 * Official files: mmdetection 3.3.0 mmdet/models/roi_heads/standard_roi_head.py,
 * task_modules/samplers/base_sampler.py and roi_heads/bbox_heads/bbox_head.py,
 * `_get_targets_single`.
 */
export function roiTargets(
  proposals: Boxes,
  truth: { readonly boxes: Boxes; readonly labels: Int32Array },
  classes: number,
  choose: Choice,
  sampler: SampleConfig = roiSampler,
  assign: AssignConfig = roiAssign,
): RoiTargets {
  const assigned = assignMaxIou(proposals, truth.boxes, assign).boxOf;
  const own = truth.labels.length;
  const boxOf = new Int32Array(own + assigned.length);
  for (let box = 0; box < own; box += 1) boxOf[box] = box + 1;
  boxOf.set(assigned, own);
  const priors = new Float32Array(truth.boxes.length + proposals.length);
  priors.set(truth.boxes);
  priors.set(proposals, truth.boxes.length);

  const { positive, negative } = samplePriors({ boxOf }, sampler, choose);
  const positiveBox = positive.map((prior) => (boxOf[prior] as number) - 1);
  const rois = takeBoxes(priors, [...positive, ...negative]);
  const count = positive.length + negative.length;
  const labels = new Int32Array(count).fill(classes);
  positiveBox.forEach((box, row) => {
    labels[row] = truth.labels[box] as number;
  });
  const boxTargets = new Float32Array(count * 4);
  const positives = rois.subarray(0, positive.length * 4);
  boxTargets.set(encodeDeltas(positives, takeBoxes(truth.boxes, positiveBox), roiCoder));
  const boxWeights = new Float32Array(count).fill(1, 0, positive.length);
  return { rois, labels, boxTargets, boxWeights, positive, negative, positiveBox };
}
