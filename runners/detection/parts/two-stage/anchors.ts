import type { AnchorConfig } from '../../geometry/anchors.ts';

/**
 * The RPN's anchors: one scale, three ratios. Config: configs/_base_/models/faster-rcnn_r50_fpn.py.
 */
export const rpnAnchors: AnchorConfig = {
  strides: [4, 8, 16, 32, 64],
  ratios: [0.5, 1, 2],
  scales: [8],
};
