import {
  type AnchorConfig,
  gridAnchors,
  insideFlags,
  pyramidSizes,
  type Size,
  validFlags,
} from './anchors.ts';
import { type AssignConfig, assignMaxIou } from './assign.ts';
import { type Boxes, takeBoxes } from './boxes.ts';
import { type DeltaCoder, encodeDeltas } from './delta-coder.ts';

/** What is true of one picture of a batch. */
export interface Truth {
  readonly boxes: Boxes;
  /** Class index of each box. */
  readonly labels: Int32Array;
  /** Crowd regions; used only where a config looks at them. */
  readonly ignored?: Boxes;
  /** Height and width of the picture itself. */
  readonly imgShape: Size;
  /** The same rounded up to a multiple of 32. */
  readonly padShape: Size;
}

/** Anchors of a batch: they depend on its size alone, so one grid serves every picture. */
export interface AnchorGrid {
  readonly config: AnchorConfig;
  readonly sizes: readonly Size[];
  readonly anchors: Boxes;
}

/** @param sizes of the feature maps, one for each stride */
export function anchorGrid(config: AnchorConfig, sizes: readonly Size[]): AnchorGrid {
  return { config, sizes, anchors: gridAnchors(config, sizes) };
}

/** Grids of batches, each size made once. */
export function gridsBySize(
  config: AnchorConfig,
): (batch: { readonly height: number; readonly width: number }) => AnchorGrid {
  const grids = new Map<string, AnchorGrid>();
  return ({ height, width }) => {
    const key = `${height} ${width}`;
    const grid =
      grids.get(key) ?? anchorGrid(config, pyramidSizes([height, width], config.strides));
    grids.set(key, grid);
    return grid;
  };
}

/**
 * Assigns the anchors of a grid to the boxes of a picture. Anchors off the padded picture, or
 * further out of the picture than `allowedBorder` where that is not negative, are taken away
 * before: they would win ties.
 *
 * @returns per anchor of the whole grid: -2 taken away, else as `Assignment.boxOf`
 */
export function assignGrid(
  { config, sizes, anchors }: AnchorGrid,
  truth: Truth,
  assign: AssignConfig,
  allowedBorder = -1,
): Int32Array {
  const valid = validFlags(config, sizes, truth.padShape);
  const inside = insideFlags(anchors, valid, truth.imgShape, allowedBorder);
  const indices = new Int32Array(inside.reduce((sum, flag) => sum + flag, 0));
  let filled = 0;
  for (let index = 0; index < inside.length; index += 1) {
    if (inside[index] === 1) indices[filled++] = index;
  }
  const kept = indices.length === inside.length ? anchors : takeBoxes(anchors, indices);
  const { boxOf } = assignMaxIou(kept, truth.boxes, assign, truth.ignored);
  if (kept === anchors) return boxOf;
  const whole = new Int32Array(inside.length).fill(-2);
  for (let row = 0; row < indices.length; row += 1) {
    whole[indices[row] as number] = boxOf[row] as number;
  }
  return whole;
}

/** Regression targets of anchors that were assigned to boxes, [P, 4]. */
export function anchorDeltas(
  anchors: Boxes,
  indices: readonly number[],
  boxOf: Int32Array,
  truth: Boxes,
  coder: DeltaCoder,
): Float32Array {
  const boxes = indices.map((index) => (boxOf[index] as number) - 1);
  return encodeDeltas(takeBoxes(anchors, indices), takeBoxes(truth, boxes), coder);
}
