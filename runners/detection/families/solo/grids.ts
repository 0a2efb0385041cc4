/** How SOLO deals objects out to levels and cells. */
export interface SoloGrids {
  /** Cells along each axis of every level, fine to coarse. */
  readonly cells: readonly number[];
  /** Pixels per position of every level's map; its masks have twice as many positions per axis. */
  readonly strides: readonly number[];
  /** Square roots of the areas of the boxes that belong to a level, both included. */
  readonly ranges: readonly (readonly [least: number, most: number])[];
  /** Share of a box, around its middle, whose cells are positive. */
  readonly centre: number;
}

/** Config: mmdetection 3.3.0 configs/solo/solo_r50_fpn_1x_coco.py. */
export const soloGrids: SoloGrids = {
  cells: [40, 36, 24, 16, 12],
  strides: [8, 8, 16, 32, 32],
  ranges: [
    [1, 96],
    [48, 192],
    [96, 384],
    [192, 768],
    [384, 2048],
  ],
  centre: 0.2,
};

/** Cells of all levels. */
export function cellCount({ cells }: SoloGrids): number {
  return cells.reduce((sum, side) => sum + side * side, 0);
}

/** Pixels per position of every level's masks. */
export function maskStrides({ strides }: SoloGrids): number[] {
  return strides.map((stride) => stride / 2);
}
