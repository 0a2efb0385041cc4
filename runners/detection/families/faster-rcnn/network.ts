import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Forward } from '../../../networks/types.ts';
import { truthOf } from '../../geometry/padded-truth.ts';
import { membersOf } from '../../members.ts';
import { rpnAnchors } from '../../parts/two-stage/anchors.ts';
import { type BoxHeadOutput, boxHead } from '../../parts/two-stage/box-head.ts';
import { decodeRois } from '../../parts/two-stage/decode.ts';
import { boxHeadLosses } from '../../parts/two-stage/losses.ts';
import { extractRegions } from '../../parts/two-stage/roi-extractor.ts';
import { sampleRegions } from '../../parts/two-stage/roi-sampling.ts';
import {
  byPicture,
  family,
  priorities,
  regionLevels,
  regionSize,
  strides,
  type TwoStageSpec,
  twoStageTrunk,
} from '../../parts/two-stage/trunk.ts';
import type { Detector, DetectorOptions, DetectorOutput } from '../../types.ts';

/** A Faster R-CNN with its second stage within reach, as parity checks need it. */
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

/**
 * Faster R-CNN with a feature pyramid (Ren et al. 2015, arXiv:1506.01497; Lin et al. 2017,
 * arXiv:1612.03144): a first stage that proposes, and a head for the class and box of a region.
 *
 * Config: mmdetection 3.3.0 configs/_base_/models/faster-rcnn_r50_fpn.py.
 */
export function fasterRcnn(
  name: string,
  spec: TwoStageSpec,
  { classes, backbone }: DetectorOptions,
): FasterRcnn {
  const { width = 1024 } = spec;
  const trunk = twoStageTrunk(spec, backbone);
  const { channels, scope, samplers } = trunk;
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
  return {
    name,
    classes,
    params: scope.params,
    shapes: trunk.shapes(name),
    anchors: rpnAnchors,
    forward: trunk.forward,
    secondStage,
    training: {
      targets: (room) => trunk.targets(room),
      inputs: (batch, room) => trunk.inputs(batch, room),
      // The sampled regions.
      totals: 1,
      losses({ context, output, inputs, part }) {
        const first = trunk.losses(output, inputs);
        const found = trunk.propose(output, inputs['imgShapes'] as Tensor2D, 'train');
        const truth = truthOf(inputs);
        const drawn = priorities(inputs, truth, found, part);
        const regions = sampleRegions(found, truth, drawn, classes, samplers.roi);
        const said = secondStage(context, output, regions.boxes);
        const second = boxHeadLosses(said, regions, classes, undefined, part);
        return { ...first, loss_cls: second.cls, loss_bbox: second.box };
      },
    },
    testing: {
      outputs({ context, output, imgShapes }) {
        const found = trunk.propose(output, imgShapes, 'test');
        const { logits, deltas } = secondStage(context, output, found.boxes);
        return {
          regions: found.boxes,
          valid: found.valid,
          logits: byPicture(logits, found),
          deltas: byPicture(deltas, found),
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
export const fasterRcnnOf = membersOf<TwoStageSpec>({ kind: 'faster-rcnn', family }, fasterRcnn);
