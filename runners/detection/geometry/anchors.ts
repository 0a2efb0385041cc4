import type { Boxes } from './boxes.ts';

/** What the anchors of a detector are made from. */
export interface AnchorConfig {
  /** Pixels per cell of each level, fine to coarse. */
  readonly strides: readonly number[];
  /** Height over width. */
  readonly ratios: readonly number[];
  /** Edge lengths in units of the level's stride; 0: the anchors are points. */
  readonly scales: readonly number[];
  /**
   * Where in its cell an anchor is centred, in units of the stride: 0 (default) the upper left
   * corner, 0.5 the middle.
   */
  readonly centre?: number;
}

/** Height and width of a feature map or picture. */
export type Size = readonly [height: number, width: number];

const { fround } = Math;

export function anchorsPerCell({ ratios, scales }: AnchorConfig): number {
  return ratios.length * scales.length;
}

/**
 * The anchors of one cell of level `level`, [A, 4], around (0, 0): ratios outer, scales inner, not
 * rounded.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/task_modules/prior_generators/anchor_generator.py.
 */
export function baseAnchors({ strides, ratios, scales }: AnchorConfig, level: number): Boxes {
  const stride = strides[level] as number;
  const boxes = new Float32Array(ratios.length * scales.length * 4);
  let at = 0;
  for (const ratio of ratios) {
    const tall = fround(Math.sqrt(fround(ratio)));
    const wide = fround(1 / tall);
    for (const scale of scales) {
      const width = fround(fround(stride * wide) * fround(scale));
      const height = fround(fround(stride * tall) * fround(scale));
      boxes.set([-0.5 * width, -0.5 * height, 0.5 * width, 0.5 * height], at);
      at += 4;
    }
  }
  return boxes;
}

/**
 * The anchors of all levels, concatenated: levels in order, cells row by row, then the anchors of
 * the cell. This is the order of a head's output [B, H, W, A * K] reshaped to [B, H * W * A, K].
 */
export function gridAnchors(config: AnchorConfig, sizes: readonly Size[]): Boxes {
  const { centre = 0 } = config;
  const counts = levelCounts(config, sizes);
  const boxes = new Float32Array(counts.reduce((sum, count) => sum + count, 0) * 4);
  let at = 0;
  sizes.forEach(([height, width], level) => {
    const base = baseAnchors(config, level);
    const stride = config.strides[level] as number;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        for (let corner = 0; corner < base.length; corner += 2) {
          boxes[at] = (x + centre) * stride + (base[corner] as number);
          boxes[at + 1] = (y + centre) * stride + (base[corner + 1] as number);
          at += 2;
        }
      }
    }
  });
  return boxes;
}

/** Anchors of each level. */
export function levelCounts(config: AnchorConfig, sizes: readonly Size[]): number[] {
  const perCell = anchorsPerCell(config);
  return sizes.map(([height, width]) => height * width * perCell);
}

/**
 * 1 for the anchors whose cell lies on the picture padded to `padShape`, 0 for those on the rest of
 * a larger batch.
 *
 * @param padShape the picture's own padded size (a multiple of 32), not the batch's
 */
export function validFlags(
  config: AnchorConfig,
  sizes: readonly Size[],
  padShape: Size,
): Uint8Array {
  const perCell = anchorsPerCell(config);
  const flags = new Uint8Array(levelCounts(config, sizes).reduce((sum, count) => sum + count, 0));
  let at = 0;
  sizes.forEach(([height, width], level) => {
    const stride = config.strides[level] as number;
    const rows = Math.min(Math.ceil(padShape[0] / stride), height);
    const columns = Math.min(Math.ceil(padShape[1] / stride), width);
    for (let y = 0; y < height; y += 1) {
      if (y < rows) flags.fill(1, at, at + columns * perCell);
      at += width * perCell;
    }
  });
  return flags;
}

/**
 * The valid anchors that reach at most `allowedBorder` pixels out of the picture; all valid ones
 * where that is negative.
 */
export function insideFlags(
  anchors: Boxes,
  valid: Uint8Array,
  [height, width]: Size,
  allowedBorder: number,
): Uint8Array {
  if (allowedBorder < 0) return valid.slice();
  return valid.map((flag, index) => {
    const at = index * 4;
    const inside =
      (anchors[at] as number) >= -allowedBorder &&
      (anchors[at + 1] as number) >= -allowedBorder &&
      (anchors[at + 2] as number) < width + allowedBorder &&
      (anchors[at + 3] as number) < height + allowedBorder;
    return inside ? flag : 0;
  });
}

/**
 * Sizes of the feature maps of a pyramid over a picture: each stride's map is the one before halved
 * and rounded up, as 3x3 convolutions and pools of stride 2 with padding 1 make it.
 */
export function pyramidSizes([height, width]: Size, strides: readonly number[]): Size[] {
  return strides.map((stride) => {
    let [rows, columns] = [height, width];
    for (let step = stride; step > 1; step /= 2) {
      rows = Math.ceil(rows / 2);
      columns = Math.ceil(columns / 2);
    }
    return [rows, columns];
  });
}

/** [pictures, anchors of all levels]: the shape of what a loss has for every anchor of a batch. */
export function anchorShape(
  config: AnchorConfig,
  { pictures, height, width }: { pictures: number; height: number; width: number },
): readonly [pictures: number, anchors: number] {
  const counts = levelCounts(config, pyramidSizes([height, width], config.strides));
  return [pictures, counts.reduce((sum, count) => sum + count, 0)];
}
