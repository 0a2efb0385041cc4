import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { roiCoder } from '../../geometry/delta-coder.ts';
import { truthOf } from '../../geometry/padded-truth.ts';
import { membersOf } from '../../members.ts';
import { rpnAnchors } from '../../parts/two-stage/anchors.ts';
import { bestDetections } from '../../parts/two-stage/best-detections.ts';
import { boxHead } from '../../parts/two-stage/box-head.ts';
import { roiTest } from '../../parts/two-stage/decode.ts';
import { boxHeadLosses } from '../../parts/two-stage/losses.ts';
import {
  decodeMasks,
  type FoundMasks,
  maskBranchLoss,
  maskLogits,
  maskShares,
} from '../../parts/two-stage/mask-branch.ts';
import { maskHead } from '../../parts/two-stage/mask-head.ts';
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
import type { Detector, DetectorOptions } from '../../types.ts';

/**
 * Mask R-CNN with a feature pyramid (He et al. 2017, arXiv:1703.06870): Faster R-CNN with a branch
 * that draws the mask of a region. It is trained on the true regions among the sampled ones, and
 * tested on the detections.
 *
 * Config: mmdetection 3.3.0 configs/_base_/models/mask-rcnn_r50_fpn.py.
 */
export function maskRcnn(
  name: string,
  spec: TwoStageSpec,
  { classes, backbone }: DetectorOptions,
): Detector {
  const { width = 1024, test = roiTest } = spec;
  const trunk = twoStageTrunk(spec, backbone);
  const { channels, scope, samplers } = trunk;
  const roi = scope.child('roi_head');
  const box = boxHead(roi.child('bbox_head'), { classes, channels, size: regionSize, width });
  const mask = maskHead(roi.child('mask_head'), { classes, channels });
  const levels = (features: readonly Tensor4D[]) => features.slice(0, regionLevels);
  return {
    name,
    classes,
    masks: true,
    params: scope.params,
    shapes: trunk.shapes(name),
    anchors: rpnAnchors,
    forward: trunk.forward,
    training: {
      targets: (room) => trunk.targets(room, true),
      inputs: (batch, room) => trunk.inputs(batch, room, true),
      // The sampled regions, and the positive ones among them.
      totals: 2,
      losses({ context, output, inputs, batch, part }) {
        const first = trunk.losses(output, inputs);
        const found = trunk.propose(output, inputs['imgShapes'] as Tensor2D, 'train');
        const truth = truthOf(inputs);
        const drawn = priorities(inputs, truth, found, part);
        const regions = sampleRegions(found, truth, drawn, classes, samplers.roi);
        const taken = extractRegions(levels(output.features), strides, regions.boxes, regionSize);
        const second = boxHeadLosses(box(context, taken), regions, classes, undefined, part);
        const { num, posFraction } = samplers.roi;
        const most = Math.trunc(num * posFraction);
        return {
          ...first,
          loss_cls: second.cls,
          loss_bbox: second.box,
          loss_mask: maskBranchLoss(
            mask,
            context,
            output,
            regions,
            most,
            inputs,
            batch.width,
            part,
          ),
        };
      },
    },
    testing: {
      outputs({ context, output, imgShapes }) {
        const proposed = trunk.propose(output, imgShapes, 'test');
        const taken = extractRegions(levels(output.features), strides, proposed.boxes, regionSize);
        const { logits, deltas } = box(context, taken);
        const found = bestDetections(
          proposed,
          byPicture(logits, proposed),
          byPicture(deltas, proposed),
          imgShapes,
          roiCoder,
          test,
        );
        const masks = maskShares(maskLogits(mask, context, output, found.boxes), found);
        return { ...found, masks };
      },
      decode: (values, picture) => decodeMasks(values as unknown as FoundMasks, picture),
    },
  };
}

/** A member by its backbone and sizes. */
export const maskRcnnOf = membersOf<TwoStageSpec>(
  { kind: 'mask-rcnn', family, masks: true },
  maskRcnn,
);
