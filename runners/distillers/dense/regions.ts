import type { Size } from '../../data/dense/geometry.ts';
import type { RegionNeeds } from './types.ts';

export type RegionKind = 'foreground' | 'background' | 'near';

/** Which inputs a level has. */
export function regionKinds({ kind }: RegionNeeds): readonly RegionKind[] {
  return kind === 'boxes' ? ['foreground', 'background'] : ['near'];
}

/** Name of an input of a level. */
export function regionName(kind: RegionKind, level: number): string {
  return `${kind}${level}`;
}

/** A picture's boxes [N, 4] x1, y1, x2, y2 in pixels, and its size without padding. */
export interface BoxedPicture {
  readonly boxes: Float32Array;
  readonly imgShape: Size;
}

/** Sizes of the maps of a picture: one position per stride, rounded up. */
export function mapSizes([height, width]: Size, strides: readonly number[]): Size[] {
  return strides.map((stride) => [Math.ceil(height / stride), Math.ceil(width / stride)]);
}

/**
 * FGD's masks of one picture, [height, width] each. Foreground: one over the area in cells of the
 * box that lies there, the largest where boxes overlap, 0 outside. Background: one over their
 * number where no box lies, else 0.
 *
 * As in official code, in float32: a box is scaled by the map's size over that of the picture
 * without padding, although the map is of the padded batch; its edges are widened to whole cells,
 * and the last cell is included, so a box that ends at the border goes one over it: that part is
 * cut off, but counts in its area.
 *
 * Official code: yzd-v/FGD@c03a6cf mmdet/distillation/losses/fgd.py (FeatureLoss.forward).
 */
export function regionMasks(
  { boxes, imgShape }: BoxedPicture,
  [height, width]: Size,
  foreground: Float32Array,
  background: Float32Array,
): void {
  foreground.fill(0);
  for (let at = 0; at < boxes.length; at += 4) {
    const cell = (index: number) => {
      const [pixels, cells] = index % 2 === 0 ? [imgShape[1], width] : [imgShape[0], height];
      const share = Math.fround((boxes[at + index] as number) / pixels);
      return Math.fround(share * cells);
    };
    const [left, top] = [Math.floor(cell(0)), Math.floor(cell(1))];
    const [right, bottom] = [Math.ceil(cell(2)), Math.ceil(cell(3))];
    const perRow = Math.fround(1 / (bottom + 1 - top));
    const weight = Math.fround(perRow / (right + 1 - left));
    for (let y = Math.max(0, top); y <= Math.min(bottom, height - 1); y += 1) {
      for (let x = Math.max(0, left); x <= Math.min(right, width - 1); x += 1) {
        const place = y * width + x;
        foreground[place] = Math.max(foreground[place] as number, weight);
      }
    }
  }
  const free = foreground.reduce((count, value) => count + (value > 0 ? 0 : 1), 0);
  const share = free === 0 ? 0 : Math.fround(1 / free);
  for (let place = 0; place < foreground.length; place += 1) {
    background[place] = (foreground[place] as number) > 0 ? 0 : share;
  }
}
