import { resizeBilinear } from '../../../data/dense/resize.ts';
import type { Size } from '../../geometry/anchors.ts';
import type { Boxes } from '../../geometry/boxes.ts';
import { cellCount, maskStrides, type SoloGrids } from './grids.ts';

/** What is true of one picture of a batch, with masks. */
export interface MaskTruth {
  readonly boxes: Boxes;
  readonly labels: Int32Array;
  /** Height and width of the picture itself, and of every mask. */
  readonly imgShape: Size;
  /** Of every box, one byte per pixel. */
  readonly masks: readonly Uint8Array[] | null;
}

/**
 * What SOLO's losses need of a batch of B pictures with N cells each and room for G objects, in
 * fixed shapes: inputs of the recorded step.
 */
export interface SoloTargets {
  /** [B, N] class index; the number of classes means background. */
  readonly labels: Int32Array;
  /** [B, N] 1 in pictures, 0 in slots without one. */
  readonly labelWeights: Float32Array;
  /** [B, N] the place of a positive cell's object; 0 elsewhere. */
  readonly owners: Int32Array;
  /** [B, N] 1 for positive cells. */
  readonly positive: Float32Array;
  /**
   * By the pixels per position (4, 8, 16): [B, G, words] the objects' masks, a bit per position,
   * row by row.
   */
  readonly masks: Readonly<Record<number, Int32Array>>;
}

const { fround, max, min } = Math;

/**
 * Makes the targets of a batch: an object of a level's size takes the cell of its mask's middle and
 * those beside it that its box's middle part touches, nine at most. A cell of several objects
 * belongs to the last. Masks are resized as OpenCV does it.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/solo_head.py, `_get_targets_single`.
 *
 * @param size height and width of the batch's tensors
 * @param places for objects: G
 */
export function soloTargets(
  truths: readonly MaskTruth[],
  size: Size,
  classes: number,
  grids: SoloGrids,
  places: number,
): SoloTargets {
  const count = cellCount(grids);
  const labels = new Int32Array(truths.length * count).fill(classes);
  const labelWeights = new Float32Array(labels.length).fill(1);
  const owners = new Int32Array(labels.length);
  const positive = new Float32Array(labels.length);
  const strides = [...new Set(maskStrides(grids))];
  const masks = Object.fromEntries(
    strides.map((stride) => {
      const words = wordsOf(size, stride);
      return [stride, new Int32Array(truths.length * places * words)];
    }),
  );
  truths.forEach((truth, picture) => {
    truth.masks?.forEach((mask, object) => {
      const middle = middleOf(mask, truth.imgShape);
      if (middle === null) return;
      for (const { from, cells } of cellsOf(truth.boxes, object, middle, size, grids)) {
        for (const cell of cells) {
          const at = picture * count + from + cell;
          labels[at] = truth.labels[object] as number;
          owners[at] = object;
          positive[at] = 1;
        }
      }
      for (const stride of strides) {
        const words = wordsOf(size, stride);
        const start = (picture * places + object) * words;
        const into = (masks[stride] as Int32Array).subarray(start, start + words);
        pack(smallMask(mask, truth.imgShape, size, stride), into);
      }
    });
  });
  return { labels, labelWeights, owners, positive, masks };
}

/** Values of 32 positions each that a mask takes. */
export function wordsOf([height, width]: Size, stride: number): number {
  return Math.ceil((Math.ceil(height / stride) * Math.ceil(width / stride)) / 32);
}

/** Mean row and column of a mask's pixels in float32; null where it has none. */
function middleOf(
  mask: Uint8Array,
  [, width]: Size,
): readonly [down: number, across: number] | null {
  let [pixels, rows, columns] = [0, 0, 0];
  mask.forEach((value, at) => {
    if (value === 0) return;
    pixels += 1;
    rows += Math.floor(at / width);
    columns += at % width;
  });
  if (pixels === 0) return null;
  return [fround(fround(rows) / fround(pixels)), fround(fround(columns) / fround(pixels))];
}

/** The positive cells of an object, level by level; `from` is the first cell of the level. */
function cellsOf(
  boxes: Boxes,
  object: number,
  [down, across]: readonly [number, number],
  [height, width]: Size,
  { cells, ranges, centre }: SoloGrids,
): { readonly from: number; readonly cells: readonly number[] }[] {
  const [x1, y1, x2, y2] = [0, 1, 2, 3].map((part) => boxes[4 * object + part] as number) as [
    number,
    number,
    number,
    number,
  ];
  const [wide, high] = [fround(x2 - x1), fround(y2 - y1)];
  const edge = fround(Math.sqrt(fround(wide * high)));
  const reach = (length: number) => fround(fround(0.5 * length) * fround(centre));
  let from = 0;
  const found: { from: number; cells: number[] }[] = [];
  cells.forEach((side, level) => {
    const [least, most] = ranges[level] as readonly [number, number];
    if (edge >= least && edge <= most) {
      const span = (middle: number, reached: number, length: number): [number, number] => {
        const cell = (at: number) => cellAt(at, length, side);
        const own = cell(middle);
        return [
          max(max(0, cell(fround(middle - reached))), own - 1),
          min(min(side - 1, cell(fround(middle + reached))), own + 1),
        ];
      };
      const [top, bottom] = span(down, reach(high), height);
      const [left, right] = span(across, reach(wide), width);
      const own: number[] = [];
      for (let row = top; row <= bottom; row += 1) {
        for (let column = left; column <= right; column += 1) own.push(row * side + column);
      }
      found.push({ from, cells: own });
    }
    from += side * side;
  });
  return found;
}

/** In which of `side` cells a place of an axis of `length` pixels lies. */
const cellAt = (at: number, length: number, side: number): number =>
  Math.trunc(fround(fround(at / length) / fround(1 / side)));

/** A mask on a batch's canvas, shrunk: one byte per position. */
function smallMask(mask: Uint8Array, [rows, columns]: Size, [height, width]: Size, stride: number) {
  const pixels = new Uint8Array(height * width);
  for (let y = 0; y < rows; y += 1) {
    pixels.set(mask.subarray(y * columns, (y + 1) * columns), y * width);
  }
  const size = [height, width].map((side) => Math.trunc(side / stride + 0.5)) as [number, number];
  return resizeBilinear({ pixels, height, width, channels: 1 }, ...size).pixels;
}

function pack(pixels: Uint8Array, into: Int32Array): void {
  pixels.forEach((value, at) => {
    if (value !== 0) into[at >> 5] = (into[at >> 5] as number) | (1 << (at & 31));
  });
}
