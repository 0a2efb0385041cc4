import type { AssignConfig } from '../../detection/geometry/assign.ts';
import { anchorCoder, roiCoder } from '../../detection/geometry/delta-coder.ts';
import type { SampleConfig } from '../../detection/geometry/sampling.ts';
import { rpnAnchors } from '../../detection/parts/two-stage/anchors.ts';
import { type RoiTestConfig, roiTest } from '../../detection/parts/two-stage/decode.ts';
import type { ProposalConfig } from '../../detection/parts/two-stage/rpn-proposals.ts';
import { regionSize, type TwoStageSpec } from '../../detection/parts/two-stage/trunk.ts';
import type { GoldenNode } from '../golden.ts';
import {
  assignOf,
  backboneOf,
  coderOf,
  neckOf,
  preprocessorOf,
  proposalOf,
  samplerOf,
  suppressionOf,
  trainingOf,
} from './detector-config.ts';

/** How many regions the file's config samples and proposes, and what it takes for an object. */
export interface RegionLimits {
  readonly rpn: { readonly sampler: SampleConfig; readonly assign: AssignConfig };
  readonly roi: { readonly sampler: SampleConfig; readonly assign: AssignConfig };
  readonly train: ProposalConfig;
  readonly test: ProposalConfig;
  readonly head: { readonly test: RoiTestConfig };
}

export function regionLimits(root: GoldenNode): RegionLimits {
  const config = root.get('config');
  const [train, test] = [config.get('train_cfg'), config.get('test_cfg')];
  const stage = (node: GoldenNode, addsTruth: boolean) => {
    trainingOf(node);
    return {
      sampler: samplerOf(node.get('sampler'), addsTruth),
      assign: assignOf(node.get('assigner')),
    };
  };
  return {
    rpn: stage(train.get('rpn'), false),
    roi: stage(train.get('rcnn'), true),
    train: proposalOf(train.get('rpn_proposal')),
    test: proposalOf(test.get('rpn')),
    head: { test: roiTestOf(test.get('rcnn')) },
  };
}

/** The second stage's test; no box is too small for it. */
export function roiTestOf(node: GoldenNode): RoiTestConfig {
  return {
    scoreThreshold: node.get('score_thr').number(),
    maxPerPicture: node.get('max_per_img').number(),
    iouThreshold: suppressionOf(node),
    minBoxSize: roiTest.minBoxSize,
  };
}

/** The detector that the file's config describes. */
export function fasterRcnnSpec(root: GoldenNode): TwoStageSpec {
  const config = root.get('config');
  config.allFixed({ type: 'FasterRCNN' });
  preprocessorOf(config);
  const backbone = backboneOf(config);
  const channels = neckOf(config, backbone, {});
  rpnOf(config.get('rpn_head'), channels);
  const limits = regionLimits(root);
  return {
    backbone,
    channels,
    width: boxHeadOf(config, root.get('num_classes'), channels),
    rpnSampler: limits.rpn.sampler,
    roiSampler: limits.roi.sampler,
    proposals: { train: limits.train, test: limits.test },
    test: limits.head.test,
  };
}

const l1 = { type: 'L1Loss', loss_weight: 1 };

function rpnOf(head: GoldenNode, channels: number): void {
  head.allFixed({
    type: 'RPNHead',
    in_channels: channels,
    feat_channels: channels,
    anchor_generator: { type: 'AnchorGenerator', ...rpnAnchors },
    loss_cls: { type: 'CrossEntropyLoss', use_sigmoid: true, loss_weight: 1 },
    loss_bbox: l1,
  });
  coderOf(head.get('bbox_coder'), anchorCoder);
}

/** Width of the shared layers. */
function boxHeadOf(config: GoldenNode, classes: GoldenNode, channels: number): number {
  const roi = config.get('roi_head');
  roi.allFixed({ type: 'StandardRoIHead' });
  roi.get('bbox_roi_extractor').allFixed({
    type: 'SingleRoIExtractor',
    roi_layer: { type: 'RoIAlign', output_size: regionSize, sampling_ratio: 0 },
    out_channels: channels,
    featmap_strides: rpnAnchors.strides.slice(0, 4),
  });
  roi.optional('train_cfg')?.sameAs(config.get('train_cfg').get('rcnn'));
  roi.optional('test_cfg')?.sameAs(config.get('test_cfg').get('rcnn'));
  const head = roi.get('bbox_head');
  head.allFixed({
    type: 'Shared2FCBBoxHead',
    in_channels: channels,
    roi_feat_size: regionSize,
    reg_class_agnostic: false,
    loss_cls: { type: 'CrossEntropyLoss', use_sigmoid: false, loss_weight: 1 },
    loss_bbox: l1,
  });
  head.get('num_classes').sameAs(classes);
  coderOf(head.get('bbox_coder'), roiCoder);
  return head.get('fc_out_channels').number();
}
