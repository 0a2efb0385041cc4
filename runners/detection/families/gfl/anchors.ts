import type { AnchorConfig } from '../../geometry/anchors.ts';

/** GFL's anchors: a square of eight strides a cell. Config: configs/gfl/gfl_r50_fpn_1x_coco.py. */
export const gflAnchors: AnchorConfig = {
  strides: [8, 16, 32, 64, 128],
  ratios: [1],
  scales: [8],
};
