import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { tf } from '../../../engine/tensorflow.ts';
import { truthOf } from '../../geometry/padded-truth.ts';
import { membersOf } from '../../members.ts';
import { rpnAnchors } from '../../parts/two-stage/anchors.ts';
import { bestDetections } from '../../parts/two-stage/best-detections.ts';
import {
  type CascadeStage,
  cascadeHeads,
  cascadeStages,
  combined,
} from '../../parts/two-stage/cascade.ts';
import { roiTest } from '../../parts/two-stage/decode.ts';
import {
  decodeMasks,
  type FoundMasks,
  maskBranchLoss,
  maskLogits,
  maskShares,
} from '../../parts/two-stage/mask-branch.ts';
import { maskHead } from '../../parts/two-stage/mask-head.ts';
import { family, type TwoStageSpec, twoStageTrunk } from '../../parts/two-stage/trunk.ts';
import type { Detector, DetectorOptions } from '../../types.ts';

/**
 * Cascade Mask R-CNN with a feature pyramid (Cai & Vasconcelos 2021, arXiv:1906.09756): three box
 * heads that follow each other, with a mask branch beside each. Its detections have the mean of the
 * heads' logits, the boxes of the last, and the mean of the branches' shares.
 *
 * Config: mmdetection 3.3.0 configs/_base_/models/cascade-mask-rcnn_r50_fpn.py.
 */
export function cascadeMaskRcnn(
  name: string,
  spec: TwoStageSpec,
  { classes, backbone }: DetectorOptions,
): Detector {
  const { width = 1024, test = roiTest } = spec;
  const trunk = twoStageTrunk(spec, backbone);
  const { channels, scope } = trunk;
  const sampler = trunk.samplers.roi;
  const roi = scope.child('roi_head');
  const boxes = cascadeHeads(roi.child('bbox_head'), { classes, channels, width, sampler });
  const masks = cascadeStages.map((_, index) =>
    maskHead(roi.child('mask_head').child(index), { classes, channels }),
  );
  const { coder } = cascadeStages.at(-1) as CascadeStage;
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
      // Regions and masks of every stage.
      totals: 2 * cascadeStages.length,
      losses({ context, output, inputs, batch, part }) {
        const imgShapes = inputs['imgShapes'] as Tensor2D;
        const found = trunk.propose(output, imgShapes, 'train');
        const seed = inputs['seed'] as Tensor1D;
        const truth = truthOf(inputs);
        const trained = boxes.train(context, output, found, truth, imgShapes, seed, part);
        const most = Math.trunc(sampler.num * sampler.posFraction);
        const terms: Record<string, Scalar> = { ...trunk.losses(output, inputs) };
        masks.forEach((head, index) => {
          const own = trained[index] as (typeof trained)[number];
          const { weight } = cascadeStages[index] as CascadeStage;
          const { width } = batch;
          const { sampled } = own;
          const drawn = maskBranchLoss(head, context, output, sampled, most, inputs, width, part);
          terms[`s${index}.loss_cls`] = own.cls;
          terms[`s${index}.loss_bbox`] = own.box;
          terms[`s${index}.loss_mask`] = tf.mul(drawn, weight) as Scalar;
        });
        return terms;
      },
    },
    testing: {
      outputs({ context, output, imgShapes }) {
        const proposed = trunk.propose(output, imgShapes, 'test');
        const said = boxes.test(context, output, proposed, imgShapes);
        const { regions, logits, deltas } = combined(said, proposed);
        const found = bestDetections(regions, logits, deltas, imgShapes, coder, test);
        const shares: Tensor[] = masks.map((head) =>
          maskShares(maskLogits(head, context, output, found.boxes), found),
        );
        return {
          ...found,
          masks: tf.div(tf.addN(shares), shares.length),
        };
      },
      decode: (values, picture) => decodeMasks(values as unknown as FoundMasks, picture),
    },
  };
}

/** A member by its backbone and sizes. */
export const cascadeMaskRcnnOf = membersOf<TwoStageSpec>(
  { kind: 'cascade-mask-rcnn', family, masks: true },
  cascadeMaskRcnn,
);
