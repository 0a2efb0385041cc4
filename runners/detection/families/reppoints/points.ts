import type { AnchorConfig } from '../../geometry/anchors.ts';

/** RepPoints' priors: the upper left corner of every cell, as a box without extent. */
export const repPoints: AnchorConfig = {
  strides: [8, 16, 32, 64, 128],
  ratios: [1],
  scales: [0],
};
