import { boxOf, type Rle, rleOfBitmap } from '../../../data/coco/rle.ts';
import type { Size } from '../../geometry/anchors.ts';
import type { Detections } from '../../geometry/detections.ts';

/** What `soloFound` gives of one picture. */
export interface SoloRows {
  /** [M] by falling score; negative in empty places. */
  readonly scores: Float32Array;
  /** [M] */
  readonly labels: Float32Array;
  /** [M, H, W] */
  readonly masks: Float32Array;
}

export interface SoloPicture {
  /** Height and width of the picture within the batch, and of the original one. */
  readonly imgShape: Size;
  readonly oriShape: Size;
}

/** Pixels of the batch per position of a mask. */
const enlargement = 4;

/**
 * Detections of one picture: its masks enlarged to the batch's size, cut to the picture, brought to
 * the original's size and parted at the threshold. SOLO has no boxes: those around the masks are
 * given, in pixels of the original picture.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/solo_head.py,
 * `_predict_by_feat_single`.
 *
 * @param batch height and width of the batch's tensors
 */
export function soloDetections(
  { scores, labels, masks }: SoloRows,
  picture: SoloPicture,
  [height, width]: Size,
  threshold: number,
): Detections & { readonly masks: readonly Rle[] } {
  const [rows, columns] = [height / enlargement, width / enlargement];
  const found = [...scores.keys()].filter((row) => (scores[row] as number) >= 0);
  const down = axisOf(rows, picture.imgShape[0], picture.oriShape[0]);
  const across = axisOf(columns, picture.imgShape[1], picture.oriShape[1]);
  const size = rows * columns;
  const rles = found.map((row) =>
    enlarged(masks.subarray(row * size, (row + 1) * size), columns, down, across, threshold),
  );
  return {
    boxes: Float32Array.from(
      rles.flatMap((mask) => {
        const [left, top, wide, high] = boxOf(mask);
        return [left, top, left + wide, top + high];
      }),
    ),
    scores: Float32Array.from(found, (row) => scores[row] as number),
    labels: Int32Array.from(found, (row) => labels[row] as number),
    masks: rles,
  };
}

/** Of every pixel of an axis the positions of a mask that it is the mean of, and their weights. */
interface Axis {
  readonly length: number;
  readonly taps: readonly (readonly (readonly [position: number, weight: number])[])[];
}

/**
 * Two bilinear resizings of an axis as one: to `enlargement` times its length, of which `cut`
 * pixels are left, and those to `length`.
 */
function axisOf(positions: number, cut: number, length: number): Axis {
  const first = bilinear(positions, positions * enlargement);
  const second = bilinear(cut, length);
  const taps = second.map((outer) => {
    const weights = new Map<number, number>();
    for (const [pixel, share] of outer) {
      for (const [position, weight] of first[pixel] as readonly (readonly [number, number])[]) {
        weights.set(position, (weights.get(position) ?? 0) + share * weight);
      }
    }
    return [...weights];
  });
  return { length, taps };
}

/** What each of `to` pixels takes of `from`: half-pixel centres, the edge repeated beyond them. */
function bilinear(from: number, to: number): (readonly [number, number])[][] {
  return Array.from({ length: to }, (_, at) => {
    const place = Math.max(0, ((at + 0.5) * from) / to - 0.5);
    const low = Math.min(Math.floor(place), from - 1);
    const share = Math.min(place - low, 1);
    const high = Math.min(low + 1, from - 1);
    return [
      [low, 1 - share],
      [high, share],
    ];
  });
}

/**
 * A mask at its full size. A pixel is a mean of positions, so only those near a position above the
 * threshold can be above it themselves.
 *
 * @param columns positions of a row of `shares`
 */
function enlarged(
  shares: Float32Array,
  columns: number,
  down: Axis,
  across: Axis,
  threshold: number,
): Rle {
  const [height, width] = [down.length, across.length];
  const reached = {
    rows: new Uint8Array(shares.length / columns),
    columns: new Uint8Array(columns),
  };
  shares.forEach((share, at) => {
    if (share <= threshold) return;
    reached.rows[Math.floor(at / columns)] = 1;
    reached.columns[at % columns] = 1;
  });
  const touches = (taps: Axis['taps'][number], flags: Uint8Array) =>
    taps.some(([at]) => flags[at] === 1);
  const used = across.taps.map((taps) => touches(taps, reached.columns));
  const bitmap = new Uint8Array(height * width);
  const line = new Float64Array(columns);
  down.taps.forEach((taps, y) => {
    if (!touches(taps, reached.rows)) return;
    line.fill(0);
    for (const [row, weight] of taps) {
      for (let column = 0; column < columns; column += 1) {
        const share = shares[row * columns + column] as number;
        line[column] = (line[column] as number) + weight * share;
      }
    }
    across.taps.forEach((own, x) => {
      if (used[x] !== true) return;
      let share = 0;
      for (const [column, weight] of own) share += weight * (line[column] as number);
      if (share > threshold) bitmap[y * width + x] = 1;
    });
  });
  return rleOfBitmap(bitmap, height, width);
}
