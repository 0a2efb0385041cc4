import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { TargetModule } from '../../../data/dense/target-maker.ts';
import { statelessUniform } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { TensorMap, TensorSpec } from '../../../engine/types.ts';
import type { ModuleScope } from '../../../networks/modules.ts';
import type { Forward } from '../../../networks/types.ts';
import type { BatchPart } from '../../../tasks/parts/part.ts';
import { anchorShape, anchorsPerCell } from '../../geometry/anchors.ts';
import { gridMemory } from '../../geometry/grids.ts';
import type { PaddedTruth } from '../../geometry/padded-truth.ts';
import { roiSampler, rpnSampler, type SampleConfig } from '../../geometry/sampling.ts';
import type {
  BatchShape,
  Detector,
  DetectorOptions,
  DetectorOutput,
  TargetRoom,
} from '../../types.ts';
import type { BackboneSpec } from '../backbone.ts';
import { pyramidTrunk } from '../pyramid-trunk.ts';
import { rpnAnchors } from './anchors.ts';
import type { RoiTestConfig } from './decode.ts';
import { rpnLosses } from './losses.ts';
import { packedWidth, rcnnMaker } from './maker.ts';
import { type Proposals, proposals } from './proposals.ts';
import { rpnHead } from './rpn-head.ts';
import { type ProposalConfig, proposalTest, proposalTrain } from './rpn-proposals.ts';

/** What detectors with a second stage may differ in. */
export interface TwoStageSpec {
  readonly backbone: BackboneSpec;
  /** Channels of pyramid and RPN; 256 in all published configs. */
  readonly channels?: number;
  /** Width of the second stage's shared layers; 1024 in all published configs. */
  readonly width?: number;
  /**
   * Proposals of a picture that go on; half of them are sampled in training. 1000 in all published
   * configs (`proposals` and `roiSampler`, which come first).
   */
  readonly proposed?: number;
  readonly rpnSampler?: SampleConfig;
  readonly roiSampler?: SampleConfig;
  readonly proposals?: { readonly train: ProposalConfig; readonly test: ProposalConfig };
  readonly test?: RoiTestConfig;
}

/** A detector's first stage, which the second one is built on. */
export interface Trunk {
  /** Where the second stage declares its layers: those of the first are there already. */
  readonly scope: ModuleScope;
  readonly channels: number;
  readonly samplers: { readonly rpn: SampleConfig; readonly roi: SampleConfig };
  shapes(name: string): Detector['shapes'];
  forward(context: Forward, images: Tensor4D): DetectorOutput;
  propose(output: DetectorOutput, imgShapes: Tensor2D, when: 'train' | 'test'): Proposals;
  losses(
    output: DetectorOutput,
    inputs: TensorMap,
  ): { readonly loss_rpn_cls: Scalar; readonly loss_rpn_bbox: Scalar };
  /** @param masks whether the second stage is trained on masks */
  targets(room: TargetRoom, masks?: boolean): TargetModule;
  inputs(
    batch: BatchShape,
    room: TargetRoom,
    masks?: boolean,
  ): Readonly<Record<string, TensorSpec>>;
}

export const { strides } = rpnAnchors;
/** Edge of a region's features for its box. */
export const regionSize = 7;
/** Levels that regions are taken from; the fifth is the RPN's alone. */
export const regionLevels = 4;
/** By which methods choose their official hyper-parameters. */
export const family = 'two-stage';

/**
 * Backbone, pyramid and RPN of mmdetection's two-stage detectors.
 *
 * The RPN's targets come from outside of the step; proposals, and the regions on which the second
 * stage is trained, are made within it: they depend on what the RPN says.
 *
 * Config: mmdetection 3.3.0 configs/_base_/models/faster-rcnn_r50_fpn.py.
 */
export function twoStageTrunk(spec: TwoStageSpec, training: DetectorOptions['backbone']): Trunk {
  const { channels = 256 } = spec;
  const limits = limitsOf(spec);
  const samplers = {
    rpn: spec.rpnSampler ?? rpnSampler,
    roi: spec.roiSampler ?? limits.sampler,
  };
  const configs = spec.proposals ?? limits.proposals;
  const trunk = pyramidTrunk(
    { backbone: spec.backbone, family, strides, channels, startLevel: 0, extra: 'pool' },
    training,
  );
  const { scope } = trunk;
  const rpn = rpnHead(scope.child('rpn_head'), { channels, anchors: anchorsPerCell(rpnAnchors) });
  const anchorsOf = gridMemory(rpnAnchors);
  return {
    ...{ scope, channels, samplers },
    shapes: (name) => trunk.shapes(name, []),
    forward(context, images) {
      const maps = trunk.features(context, images);
      return { ...maps, ...rpn(context, maps.features) };
    },
    propose: (output, imgShapes, when) =>
      proposals(output, anchorsOf(output), imgShapes, configs[when]),
    losses(output, inputs) {
      const { cls, box } = rpnLosses(output, inputs);
      return {
        loss_rpn_cls: tf.addN([...cls]) as Scalar,
        loss_rpn_bbox: tf.addN([...box]) as Scalar,
      };
    },
    targets: ({ batchSize, boxes }, masks = false) =>
      rcnnMaker({
        ...{ batchSize, boxes, strides, scales: rpnAnchors.scales, ...samplers.rpn },
        ...(masks && { masks }),
      }),
    inputs(batch, { boxes }, masks = false) {
      const { pictures, height, width } = batch;
      const shape = anchorShape(rpnAnchors, batch);
      return {
        labels: { shape, dtype: 'float32' },
        labelWeights: { shape, dtype: 'float32' },
        boxTargets: { shape: [...shape, 4], dtype: 'float32' },
        boxWeights: { shape, dtype: 'float32' },
        normaliser: { shape: [], dtype: 'float32' },
        truthBoxes: { shape: [pictures, boxes, 4], dtype: 'float32' },
        truthLabels: { shape: [pictures, boxes], dtype: 'int32' },
        truthValid: { shape: [pictures, boxes], dtype: 'float32' },
        imgShapes: { shape: [pictures, 2], dtype: 'float32' },
        seed: { shape: [2], dtype: 'int32' },
        ...(masks && {
          truthMasks: { shape: [pictures, boxes, height, packedWidth(width)], dtype: 'float32' },
        }),
      };
    },
  };
}

function limitsOf({ proposed }: TwoStageSpec) {
  if (proposed === undefined) {
    return { sampler: roiSampler, proposals: { train: proposalTrain, test: proposalTest } };
  }
  const own = { maxPerPicture: proposed, nmsPre: proposed };
  return {
    sampler: { ...roiSampler, num: Math.ceil(proposed / 2) },
    proposals: {
      train: { ...proposalTrain, ...own, nmsPre: 2 * proposed },
      test: { ...proposalTest, ...own },
    },
  };
}

/** Random numbers by which regions are sampled: one for each true box and each proposal. */
export function priorities(
  inputs: TensorMap,
  truth: PaddedTruth,
  found: Proposals,
  { rowsOf }: BatchPart,
): Tensor2D {
  const [pictures, own] = truth.valid.shape;
  const candidates = [pictures, own + found.valid.shape[1]];
  const seed = inputs['seed'] as Tensor1D;
  return rowsOf(candidates, (shape) => statelessUniform(shape, seed)) as Tensor2D;
}

/** Rows of a second stage's output as those of the pictures, [B, R, n]. */
export const byPicture = (x: Tensor, { valid }: Pick<Proposals, 'valid'>): Tensor3D =>
  x.reshape([...valid.shape, -1]) as Tensor3D;
