import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { detach, smoothAbsoluteError, statelessUniform } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { ModuleScope } from '../../../networks/modules.ts';
import type { Forward } from '../../../networks/types.ts';
import { type BatchPart, wholeBatch } from '../../../tasks/parts/part.ts';
import { type AssignConfig, roiAssign } from '../../geometry/assign.ts';
import { clipTo, decodeBoxes } from '../../geometry/box-ops.ts';
import type { DeltaCoder } from '../../geometry/delta-coder.ts';
import type { PaddedTruth } from '../../geometry/padded-truth.ts';
import { roiSampler, type SampleConfig } from '../../geometry/sampling.ts';
import type { DetectorOutput } from '../../types.ts';
import { type BoxHeadOutput, boxHead } from './box-head.ts';
import { boxHeadLosses } from './losses.ts';
import type { Proposals } from './proposals.ts';
import { extractRegions } from './roi-extractor.ts';
import { type SampledRegions, sampleRegions } from './roi-sampling.ts';
import { byPicture, regionLevels, regionSize, strides } from './trunk.ts';

/** One of the heads that follow each other: what is an object for it, and how it says boxes. */
export interface CascadeStage {
  readonly coder: DeltaCoder;
  readonly assign: AssignConfig;
  /** Factor of its losses. */
  readonly weight: number;
}

const stage = (overlap: number, weight: number, across: number, size: number): CascadeStage => ({
  coder: { means: [0, 0, 0, 0], stds: [across, across, size, size] },
  assign: { ...roiAssign, posIou: overlap, negIou: overlap, minPosIou: overlap },
  weight,
});

/** configs/_base_/models/cascade-rcnn_r50_fpn.py of mmdetection 3.3.0. */
export const cascadeStages: readonly CascadeStage[] = [
  stage(0.5, 1, 0.1, 0.2),
  stage(0.6, 0.5, 0.05, 0.1),
  stage(0.7, 0.25, 0.033, 0.067),
];

type Features = Pick<DetectorOutput, 'features'>;

/** What a stage saw and said. */
export interface StageOutput extends BoxHeadOutput {
  /** [B, R, 4] */
  readonly regions: Tensor3D;
}

/** What a stage was trained on, and its weighted losses. */
export interface StageTraining extends StageOutput {
  readonly sampled: SampledRegions;
  readonly cls: Scalar;
  readonly box: Scalar;
}

export interface Cascade {
  /** The stages one after the other on proposals; every one refines the regions of the last. */
  test(
    context: Forward,
    output: Features,
    found: Proposals,
    imgShapes: Tensor2D,
  ): readonly StageOutput[];
  /**
   * @param seed [2] int32, from which the regions of every stage are drawn
   * @param part the pictures of the batch that the proposals are of; absent: all
   */
  train(
    context: Forward,
    output: Features,
    found: Proposals,
    truth: PaddedTruth,
    imgShapes: Tensor2D,
    seed: Tensor1D,
    part?: BatchPart,
  ): readonly StageTraining[];
}

/**
 * The box heads of Cascade R-CNN (Cai & Vasconcelos 2018, arXiv:1712.00726): three heads of boxes
 * that all classes share, each on the regions that the one before has refined, with a stricter idea
 * of an object. True boxes are candidates of every stage, and are not refined.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/roi_heads/cascade_roi_head.py.
 */
export function cascadeHeads(
  scope: ModuleScope,
  spec: {
    readonly classes: number;
    readonly channels: number;
    readonly width: number;
    readonly stages?: readonly CascadeStage[];
    readonly sampler?: SampleConfig;
  },
): Cascade {
  const { classes, channels, width, stages = cascadeStages, sampler = roiSampler } = spec;
  const heads = stages.map((_, index) =>
    boxHead(scope.child(index), { classes, channels, size: regionSize, width, agnostic: true }),
  );
  const run = (
    context: Forward,
    { features }: Features,
    regions: Tensor3D,
    index: number,
  ): StageOutput => {
    const maps = features.slice(0, regionLevels);
    const taken = extractRegions(maps, strides, regions, regionSize);
    return { ...(heads[index] as (typeof heads)[number])(context, taken), regions };
  };
  const refined = ({ deltas, regions }: StageOutput, index: number, imgShapes: Tensor2D) => {
    const { coder } = stages[index] as CascadeStage;
    const moves = detach(deltas).reshape(regions.shape) as Tensor3D;
    return clipTo(decodeBoxes(regions, moves, coder), imgShapes);
  };
  return {
    test(context, output, found, imgShapes) {
      let regions = found.boxes;
      return stages.map((_, index) => {
        const said = run(context, output, regions, index);
        regions = refined(said, index, imgShapes);
        return said;
      });
    },
    train(context, output, found, truth, imgShapes, seed, part = wholeBatch) {
      let candidates = found;
      return stages.map(({ coder, assign, weight }, index) => {
        const [pictures, own] = truth.valid.shape;
        const shape = [pictures, own + (candidates.valid.shape[1] as number)];
        const stageSeed = tf.add(seed, tf.scalar(index, 'int32')) as Tensor1D;
        const drawn = part.rowsOf(shape, (each) => statelessUniform(each, stageSeed));
        const sampled = sampleRegions(
          candidates,
          truth,
          drawn as Tensor2D,
          classes,
          sampler,
          assign,
          coder,
        );
        const said = run(context, output, sampled.boxes, index);
        const { cls, box } = boxHeadLosses(
          said,
          sampled,
          classes,
          (boxes, targets) => smoothAbsoluteError(boxes, targets, 1),
          part,
        );
        const valid = tf.mul(sampled.sampled, tf.sub(1, sampled.isTruth)) as Tensor2D;
        const boxes = refined(said, index, imgShapes);
        candidates = {
          boxes: tf.mul(boxes, valid.reshape([...valid.shape, 1])),
          scores: valid,
          valid,
        };
        const weighted = (loss: Tensor) => tf.mul(loss, weight) as Scalar;
        return { ...said, sampled, cls: weighted(cls), box: weighted(box) };
      });
    },
  };
}

/**
 * What all stages together say of regions: the mean of their logits, and the boxes of the last on
 * the regions that it saw.
 */
export function combined(
  said: readonly StageOutput[],
  found: Proposals,
): { readonly regions: Proposals; readonly logits: Tensor3D; readonly deltas: Tensor3D } {
  const last = said.at(-1) as StageOutput;
  const sum = tf.addN(said.map(({ logits }) => logits));
  return {
    regions: { ...found, boxes: last.regions },
    logits: byPicture(tf.div(sum, said.length), found),
    deltas: byPicture(last.deltas, found),
  };
}
