import type { AssignConfig } from '../../detection/geometry/assign.ts';
import type { DeltaCoder } from '../../detection/geometry/delta-coder.ts';
import type { SampleConfig } from '../../detection/geometry/sampling.ts';
import { type BackboneSpec, backbones } from '../../detection/parts/backbone.ts';
import type { DenseTestConfig } from '../../detection/parts/decode.ts';
import type { ProposalConfig } from '../../detection/parts/two-stage/rpn-proposals.ts';
import type { DetectorOptions } from '../../detection/types.ts';
import { expansion } from '../../networks/resnet-blocks.ts';
import type { GoldenNode } from '../golden.ts';

/*
 * What mmdetection's configs say, read for the product's own functions. What the product does in
 * one way only must say that way: another value is an error, not a comparison with numbers of
 * something else.
 */

/** The backbone of a file's detector. */
export function backboneOf(config: GoldenNode): BackboneSpec {
  const node = config.get('backbone');
  const depth = `r${node.get('depth').number()}`;
  if (depth !== 'r18' && depth !== 'r34' && depth !== 'r50' && depth !== 'r101') {
    throw node.malformed(`has the unknown depth ${depth.slice(1)}`);
  }
  node.allFixed({
    type: 'ResNet',
    num_stages: 4,
    out_indices: [0, 1, 2, 3],
    norm_cfg: { type: 'BN', requires_grad: true },
    style: 'pytorch',
    init_cfg: null,
  });
  return backbones[depth];
}

/** What the file's detector was built for. */
export function detectorOptions(root: GoldenNode): DetectorOptions {
  const backbone = root.get('config').get('backbone');
  return {
    classes: root.get('num_classes').number(),
    backbone: {
      frozenStages: backbone.get('frozen_stages').number(),
      normEval: backbone.get('norm_eval').flag(),
    },
  };
}

/**
 * Pictures of the files are given, so that their normalisation has no say; it is the product's all
 * the same.
 */
export function preprocessorOf(config: GoldenNode): void {
  config.optional('data_preprocessor')?.allFixed({
    type: 'DetDataPreprocessor',
    mean: [123.675, 116.28, 103.53],
    std: [58.395, 57.12, 57.375],
    bgr_to_rgb: true,
    pad_size_divisor: 32,
  });
}

/** Channels of the pyramid. */
export function neckOf(
  config: GoldenNode,
  { block, width = 64 }: BackboneSpec,
  { startLevel = 0, extra }: { readonly startLevel?: number; readonly extra?: string },
): number {
  const neck = config.get('neck');
  neck.allFixed({
    type: 'FPN',
    in_channels: [0, 1, 2, 3].map((stage) => width * 2 ** stage * expansion[block]),
    start_level: startLevel,
    num_outs: 5,
  });
  if (extra !== undefined) neck.get('add_extra_convs').fixed(extra);
  return neck.get('out_channels').number();
}

export function coderOf(node: GoldenNode, { means, stds }: DeltaCoder): void {
  node.allFixed({ type: 'DeltaXYWHBBoxCoder', target_means: means, target_stds: stds });
}

/** `MaxIoUAssigner`. */
export function assignOf(node: GoldenNode): AssignConfig {
  node.allFixed({ type: 'MaxIoUAssigner' });
  return {
    posIou: node.get('pos_iou_thr').number(),
    negIou: node.get('neg_iou_thr').number(),
    minPosIou: node.get('min_pos_iou').number(),
    matchLowQuality: node.optional('match_low_quality')?.flag() ?? true,
    assignAllBest: node.optional('gt_max_assign_all')?.flag() ?? true,
    ignoreIof: node.get('ignore_iof_thr').number(),
  };
}

/** @param addsTruth whether true boxes are candidates: in the second stage */
export function samplerOf(node: GoldenNode, addsTruth: boolean): SampleConfig {
  node.allFixed({ type: 'RandomSampler', neg_pos_ub: -1, add_gt_as_proposals: addsTruth });
  return { num: node.get('num').number(), posFraction: node.get('pos_fraction').number() };
}

/** Everything else that a head's `train_cfg` may say. */
export function trainingOf(node: GoldenNode): void {
  node.allFixed({ allowed_border: -1, pos_weight: -1, debug: false });
}

/** The test of a one-stage detector. */
export function denseTestOf(node: GoldenNode): DenseTestConfig {
  return { scoreThreshold: node.get('score_thr').number(), ...proposalOf(node) };
}

export function proposalOf(node: GoldenNode): ProposalConfig {
  return {
    nmsPre: node.get('nms_pre').number(),
    maxPerPicture: node.get('max_per_img').number(),
    iouThreshold: suppressionOf(node),
    minBoxSize: node.get('min_bbox_size').number(),
  };
}

/** Overlap from which the weaker of two boxes is suppressed. */
export function suppressionOf(node: GoldenNode): number {
  const nms = node.get('nms');
  nms.allFixed({ type: 'nms' });
  return nms.get('iou_threshold').number();
}
