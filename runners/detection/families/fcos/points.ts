import type { AnchorConfig } from '../../geometry/anchors.ts';

/** FCOS's priors: the middle of every cell, as a box without extent. */
export const fcosPoints: AnchorConfig = {
  strides: [8, 16, 32, 64, 128],
  ratios: [1],
  scales: [0],
  centre: 0.5,
};
