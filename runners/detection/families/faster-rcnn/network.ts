import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { statelessUniform } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import { ModuleScope } from '../../../networks/modules.ts';
import type { Forward } from '../../../networks/types.ts';
import { anchorShape, anchorsPerCell } from '../../geometry/anchors.ts';
import { gridMemory } from '../../geometry/grids.ts';
import { truthOf } from '../../geometry/padded-truth.ts';
import { roiSampler, rpnSampler, type SampleConfig } from '../../geometry/sampling.ts';
import { membersOf } from '../../members.ts';
import { type BackboneSpec, backbone } from '../../parts/backbone.ts';
import { fpn } from '../../parts/fpn.ts';
import type { Detector, DetectorOptions, DetectorOutput } from '../../types.ts';
import { rpnAnchors } from './anchors.ts';
import { type BoxHeadOutput, boxHead } from './box-head.ts';
import { decodeRois, type RoiTestConfig } from './decode.ts';
import { boxHeadLosses, rpnLosses } from './losses.ts';
import { rcnnMaker } from './maker.ts';
import { proposals } from './proposals.ts';
import { extractRegions } from './roi-extractor.ts';
import { sampleRegions } from './roi-sampling.ts';
import { rpnHead } from './rpn-head.ts';
import { type ProposalConfig, proposalTest, proposalTrain } from './rpn-proposals.ts';

export interface FasterRcnnSpec {
  readonly backbone: BackboneSpec;
  /** Channels of pyramid and RPN; 256 in all published configs. */
  readonly channels?: number;
  /** Width of the second stage's shared layers; 1024 in all published configs. */
  readonly width?: number;
  readonly rpnSampler?: SampleConfig;
  readonly roiSampler?: SampleConfig;
  readonly proposals?: { readonly train: ProposalConfig; readonly test: ProposalConfig };
  readonly test?: RoiTestConfig;
}

/** A Faster R-CNN with its second stage within reach, as Mask R-CNN and parity checks need it. */
export interface FasterRcnn extends Detector {
  /**
   * Head outputs of regions [B, R, 4] of every picture.
   *
   * @param longest as for `extractRegions`
   */
  secondStage(
    context: Forward,
    output: Pick<DetectorOutput, 'features'>,
    regions: Tensor3D,
    longest?: number,
  ): BoxHeadOutput;
}

const { strides } = rpnAnchors;
/** Edge of a region's features. */
export const regionSize = 7;
/** Levels that regions are taken from; the fifth is the RPN's alone. */
const regionLevels = 4;

const family = 'two-stage';

/**
 * Faster R-CNN with a feature pyramid (Ren et al. 2015, arXiv:1506.01497; Lin et al. 2017,
 * arXiv:1612.03144).
 *
 * The RPN's targets come from outside of the step; proposals, and the regions on which the second
 * stage is trained, are made within it: they depend on what the RPN says.
 *
 * Config: mmdetection 3.3.0 configs/_base_/models/faster-rcnn_r50_fpn.py.
 */
export function fasterRcnn(
  name: string,
  spec: FasterRcnnSpec,
  { classes, backbone: training }: DetectorOptions,
): FasterRcnn {
  const { channels = 256, width = 1024 } = spec;
  const samplers = { rpn: spec.rpnSampler ?? rpnSampler, roi: spec.roiSampler ?? roiSampler };
  const configs = spec.proposals ?? { train: proposalTrain, test: proposalTest };
  const scope = new ModuleScope();
  const body = backbone(scope.child('backbone'), spec.backbone, training);
  const neck = fpn(scope.child('neck'), {
    inputs: body.channels,
    channels,
    startLevel: 0,
    levels: strides.length,
    extra: 'pool',
  });
  const rpn = rpnHead(scope.child('rpn_head'), { channels, anchors: anchorsPerCell(rpnAnchors) });
  const head = boxHead(scope.child('roi_head').child('bbox_head'), {
    classes,
    channels,
    size: regionSize,
    width,
  });
  const secondStage: FasterRcnn['secondStage'] = (context, { features }, regions, longest) =>
    head(
      context,
      extractRegions(features.slice(0, regionLevels), strides, regions, regionSize, longest),
    );
  const anchorsOf = gridMemory(rpnAnchors);
  return {
    name,
    classes,
    params: scope.params,
    shapes: {
      name,
      family,
      features: strides.map(() => channels),
      strides,
      embedding: null,
      logits: [],
    },
    forward(context, images) {
      const maps = body.run(context, images);
      const features = neck(context, maps);
      return { backbone: maps, features, ...rpn(context, features) };
    },
    secondStage,
    training: {
      targets: ({ batchSize, boxes }) =>
        rcnnMaker({ batchSize, boxes, strides, scales: rpnAnchors.scales, ...samplers.rpn }),
      inputs(batch, { boxes }) {
        const { pictures } = batch;
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
        };
      },
      losses({ context, output, inputs }) {
        const first = rpnLosses(output, inputs);
        const imgShapes = inputs['imgShapes'] as Tensor2D;
        const found = proposals(output, anchorsOf(output), imgShapes, configs.train);
        const truth = truthOf(inputs);
        const candidates = [imgShapes.shape[0], truth.valid.shape[1] + found.valid.shape[1]];
        const priorities = statelessUniform(candidates, inputs['seed'] as Tensor1D) as Tensor2D;
        const regions = sampleRegions(found, truth, priorities, classes, samplers.roi);
        const second = boxHeadLosses(secondStage(context, output, regions.boxes), regions, classes);
        return {
          loss_rpn_cls: tf.addN([...first.cls]) as Scalar,
          loss_rpn_bbox: tf.addN([...first.box]) as Scalar,
          loss_cls: second.cls,
          loss_bbox: second.box,
        };
      },
    },
    testing: {
      outputs({ context, output, imgShapes }) {
        const found = proposals(output, anchorsOf(output), imgShapes, configs.test);
        const { logits, deltas } = secondStage(context, output, found.boxes);
        const rows = (x: Tensor) => x.reshape([...found.valid.shape, -1]);
        return {
          regions: found.boxes,
          valid: found.valid,
          logits: rows(logits),
          deltas: rows(deltas),
        };
      },
      decode({ regions, valid, logits, deltas }, picture) {
        const count = (valid as Float32Array).reduce((sum, flag) => sum + flag, 0);
        const part = (values: Float32Array | undefined, each: number) =>
          (values as Float32Array).subarray(0, count * each);
        return decodeRois(
          part(regions, 4),
          part(logits, classes + 1),
          part(deltas, 4 * classes),
          classes,
          picture,
          spec.test,
        );
      },
    },
  };
}

/** A member by its backbone and sizes. */
export const fasterRcnnOf = membersOf<FasterRcnnSpec>({ kind: 'faster-rcnn', family }, fasterRcnn);
