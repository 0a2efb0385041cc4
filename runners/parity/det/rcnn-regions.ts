import type { FasterRcnn } from '../../models/detection/faster-rcnn.ts';
import { anchorGrid } from '../../tasks/detection/anchor-targets.ts';
import { pyramidSizes, rpnAnchors } from '../../tasks/detection/anchors.ts';
import type { ProposalConfig } from '../../tasks/detection/rpn-proposals.ts';
import type { SampleConfig } from '../../tasks/detection/sampling.ts';
import type { GoldenNode } from '../golden.ts';
import { Comparison } from '../tolerance.ts';
import type { ParityCase } from '../types.ts';
import { compareDetections } from './detection-list.ts';
import type { DetectionPictures } from './network-file.ts';
import { type DetectorCheck, type Outputs, partOf } from './whole-detector.ts';

export type RcnnCheck = DetectorCheck<FasterRcnn>;

/** How many regions the file's config samples and proposes. */
export interface RegionLimits {
  readonly rpnSampler: SampleConfig;
  readonly roiSampler: SampleConfig;
  readonly train: ProposalConfig;
  readonly test: ProposalConfig;
}

export function regionLimits(root: GoldenNode): RegionLimits {
  const config = root.get('config');
  const sampler = (node: GoldenNode): SampleConfig => ({
    num: node.get('sampler').get('num').number(),
    posFraction: node.get('sampler').get('pos_fraction').number(),
  });
  const proposal = (node: GoldenNode): ProposalConfig => ({
    nmsPre: node.get('nms_pre').number(),
    maxPerPicture: node.get('max_per_img').number(),
    iouThreshold: node.get('nms').get('iou_threshold').number(),
    minBoxSize: node.get('min_bbox_size').number(),
  });
  const train = config.get('train_cfg');
  return {
    rpnSampler: sampler(train.get('rpn')),
    roiSampler: sampler(train.get('rcnn')),
    train: proposal(train.get('rpn_proposal')),
    test: proposal(config.get('test_cfg').get('rpn')),
  };
}

/** The RPN's anchors of the file's pictures. */
export function rpnGrid({ spec }: DetectionPictures): ReturnType<typeof anchorGrid> {
  const [, height, width] = spec.shape;
  return anchorGrid(rpnAnchors, pyramidSizes([height, width], rpnAnchors.strides));
}

/** Proposals of every picture. */
export function proposalsCase(
  { path, pictures }: RcnnCheck,
  name: string,
  golden: GoldenNode,
  outputs: Outputs,
): ParityCase {
  const comparison = new Comparison(path, name);
  const [count] = pictures.spec.shape;
  golden.list().forEach((node, picture) => {
    const valid = partOf(outputs, 'valid', picture, count).reduce((sum, flag) => sum + flag, 0);
    const found = {
      boxes: partOf(outputs, 'boxes', picture, count).slice(0, valid * 4),
      scores: partOf(outputs, 'scores', picture, count).slice(0, valid),
      labels: new Int32Array(valid),
    };
    compareDetections(comparison, `picture ${picture}`, found, node);
  });
  return comparison.result();
}
