import type { Rle } from '../../data/coco/rle.ts';
import type { Size } from './anchors.ts';

/** Share of a pixel's mask from which on it belongs to the object. */
export const maskThreshold = 0.5;

/**
 * A square mask of shares brought to the size of its box within a picture, as run lengths: the
 * pixels whose share is at least the threshold.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/roi_heads/mask_heads/fcn_mask_head.py,
 * `_predict_by_feat_single`.
 *
 * @param mask [size, size] row by row
 * @param box x1, y1, x2, y2 in pixels of the picture
 */
export function pasteMask(
  mask: ArrayLike<number>,
  box: ArrayLike<number>,
  picture: Size,
  threshold = maskThreshold,
): Rle {
  const [height, width] = picture;
  const runs = new Runs();
  eachShare(mask, box, picture, (row, column, share) => {
    if (share >= threshold) runs.add(column * height + row);
  });
  return { height, width, counts: runs.counts(height * width) };
}

/**
 * The pixels that a pasted mask reaches, down the columns: each pixel in the box, or beside it, has
 * the bilinear share at its centre; beyond the mask's outermost cells are zeros.
 *
 * Official file: the same, `_do_paste_mask`.
 */
export function eachShare(
  mask: ArrayLike<number>,
  box: ArrayLike<number>,
  [height, width]: Size,
  visit: (row: number, column: number, share: number) => void,
): void {
  const size = Math.sqrt(mask.length);
  const [x1, y1, x2, y2] = Array.from(box) as [number, number, number, number];
  const across = placesOf(x1, x2, width, size);
  const down = placesOf(y1, y2, height, size);
  const at = (row: number, column: number) =>
    row < 0 || column < 0 || row >= size || column >= size
      ? 0
      : (mask[row * size + column] as number);
  across.at.forEach((x, column) => {
    const left = Math.floor(x);
    const right = x - left;
    const mean = (row: number) => (1 - right) * at(row, left) + right * at(row, left + 1);
    down.at.forEach((y, row) => {
      const top = Math.floor(y);
      const share = (1 - (y - top)) * mean(top) + (y - top) * mean(top + 1);
      visit(down.first + row, across.first + column, share);
    });
  });
}

/** Where in the mask the centres of the pixels of one axis are, from pixel `first` on. */
function placesOf(
  from: number,
  to: number,
  pixels: number,
  size: number,
): { readonly first: number; readonly at: readonly number[] } {
  const first = Math.max(0, Math.floor(from) - 1);
  const end = Math.min(pixels, Math.ceil(to) + 1);
  const length = to - from;
  // A box without extent has no mask.
  const count = length > 0 && end > first ? end - first : 0;
  const at = Array.from(
    { length: count },
    (_, index) => ((first + index + 0.5 - from) / length) * size - 0.5,
  );
  return { first, at };
}

/** Collects the places of a mask in rising order. */
class Runs {
  private readonly lengths: number[] = [];
  /** Where the last run of the object ends. */
  private end = 0;

  add(place: number): void {
    if (place === this.end && this.lengths.length > 0) {
      this.lengths[this.lengths.length - 1] = (this.lengths.at(-1) as number) + 1;
    } else {
      this.lengths.push(place - this.end, 1);
    }
    this.end = place + 1;
  }

  counts(pixels: number): Uint32Array {
    return Uint32Array.from(
      this.end < pixels || this.lengths.length === 0
        ? [...this.lengths, pixels - this.end]
        : this.lengths,
    );
  }
}
