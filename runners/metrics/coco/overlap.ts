import { areaOf, boxOf, intersectionOf, type Rle } from '../../data/coco/rle.ts';
import type { Detections, GroundTruth } from './items.ts';

/**
 * Writes how much detection d overlaps object g (both given by their places in the columns), in [0,
 * 1], to `out[d * objects.length + g]`: intersection over union, and for a crowd intersection over
 * the detection's own area.
 */
export type Overlap = (detections: Uint32Array, objects: Uint32Array, out: Float64Array) => void;

/** IoU of boxes (`bbIou` of pycocotools' maskApi.c), or of masks (`rleIou`). */
export function overlapOf(detections: Detections, objects: GroundTruth): Overlap {
  const { crowd } = objects;
  if (detections.masks === null || objects.masks === null) {
    return (rows, columns, out) => {
      overlapBoxes(detections.boxes, rows, objects.boxes, columns, crowd, out);
    };
  }
  const [mine, theirs] = [measuring(detections.masks), measuring(objects.masks)];
  return (rows, columns, out) => {
    if (columns.length === 0) return;
    mine.measure(rows);
    theirs.measure(columns);
    // Masks whose boxes do not touch are not compared pixel by pixel.
    overlapBoxes(mine.boxes, rows, theirs.boxes, columns, crowd, out);
    for (let row = 0; row < rows.length; row += 1) {
      for (let column = 0; column < columns.length; column += 1) {
        const at = row * columns.length + column;
        if ((out[at] as number) > 0) {
          const [d, g] = [rows[row] as number, columns[column] as number];
          const both = intersectionOf(mine.masks[d] as Rle, theirs.masks[g] as Rle);
          const own = mine.areas[d] as number;
          const union = crowd[g] === 1 ? own : own + (theirs.areas[g] as number) - both;
          out[at] = both === 0 ? 0 : both / union;
        }
      }
    }
  };
}

function overlapBoxes(
  a: Float64Array,
  rows: Uint32Array,
  b: Float64Array,
  columns: Uint32Array,
  crowd: Uint8Array,
  out: Float64Array,
): void {
  for (let row = 0; row < rows.length; row += 1) {
    const d = 4 * (rows[row] as number);
    const [x, y, w, h] = [
      a[d] as number,
      a[d + 1] as number,
      a[d + 2] as number,
      a[d + 3] as number,
    ];
    for (let column = 0; column < columns.length; column += 1) {
      const item = columns[column] as number;
      const g = 4 * item;
      const [left, top] = [b[g] as number, b[g + 1] as number];
      const [wide, high] = [b[g + 2] as number, b[g + 3] as number];
      const width = Math.min(w + x, wide + left) - Math.max(x, left);
      const height = Math.min(h + y, high + top) - Math.max(y, top);
      const at = row * columns.length + column;
      if (width <= 0 || height <= 0) {
        out[at] = 0;
      } else {
        const both = width * height;
        out[at] = both / (crowd[item] === 1 ? w * h : w * h + wide * high - both);
      }
    }
  }
}

/**
 * Areas and boxes of masks, in whole pixels, found when they are needed: most detections meet no
 * object.
 */
function measuring(masks: readonly Rle[]) {
  const boxes = new Float64Array(4 * masks.length);
  const areas = new Float64Array(masks.length).fill(-1);
  return {
    masks,
    boxes,
    areas,
    measure(items: Uint32Array): void {
      for (const item of items) {
        if (areas[item] !== -1) continue;
        areas[item] = areaOf(masks[item] as Rle);
        boxes.set(boxOf(masks[item] as Rle), 4 * item);
      }
    },
  };
}
