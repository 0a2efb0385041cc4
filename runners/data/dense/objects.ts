import {
  annotationsByImage,
  type CocoAnnotation,
  type CocoAnnotations,
  type CocoImage,
} from '../coco/annotations.ts';
import { rleOf } from '../coco/segmentation.ts';
import type { MaskTable, ObjectTable } from './types.ts';

/**
 * The objects of a COCO file that a detector is trained on, in the order of the file.
 */
export function objectsOf(coco: CocoAnnotations, categoryIds: readonly number[]): ObjectTable {
  const classOf = new Map(categoryIds.map((id, index) => [id, index]));
  const boxes: number[] = [];
  const labels: number[] = [];
  const crowd: number[] = [];
  const starts = eachObject(coco, ({ bbox: [x, y, width, height], categoryId, crowd: many }) => {
    boxes.push(x, y, x + width, y + height);
    labels.push(classOf.get(categoryId) as number);
    crowd.push(many ? 1 : 0);
  });
  return {
    starts: shared(starts),
    boxes: shared(Float32Array.from(boxes)),
    labels: shared(Int32Array.from(labels)),
    crowd: shared(Uint8Array.from(crowd)),
  };
}

/** Masks of the same objects. An object without a segmentation has an empty one. */
export function masksOf(coco: CocoAnnotations): MaskTable {
  const runs: Uint32Array[] = [];
  const starts: number[] = [0];
  eachObject(coco, ({ segmentation }, { height, width }) => {
    const counts =
      segmentation === null
        ? Uint32Array.of(height * width)
        : rleOf(segmentation, height, width).counts;
    runs.push(Uint32Array.from(counts));
    starts.push((starts.at(-1) as number) + counts.length);
  });
  const all = new Uint32Array(new SharedArrayBuffer(4 * (starts.at(-1) as number)));
  runs.forEach((counts, object) => {
    all.set(counts, starts[object]);
  });
  return { starts: Float64Array.from(starts), counts: all };
}

/**
 * Picks objects as mmdetection's `CocoDataset` does: of an area above 0, at least a pixel wide and
 * high, touching the picture.
 *
 * Official file: mmdetection 3.3.0 mmdet/datasets/coco.py, `parse_data_info`.
 *
 * @returns where the objects of each picture begin
 */
function eachObject(
  coco: CocoAnnotations,
  take: (annotation: CocoAnnotation, image: CocoImage) => void,
): Int32Array {
  const byImage = annotationsByImage(coco);
  const starts = new Int32Array(coco.images.length + 1);
  coco.images.forEach((image, index) => {
    let count = starts[index] as number;
    for (const annotation of byImage.get(image.id) ?? []) {
      const [x, y, width, height] = annotation.bbox;
      const across = Math.max(0, Math.min(x + width, image.width) - Math.max(x, 0));
      const down = Math.max(0, Math.min(y + height, image.height) - Math.max(y, 0));
      if (across * down === 0 || annotation.area <= 0 || width < 1 || height < 1) continue;
      take(annotation, image);
      count += 1;
    }
    starts[index + 1] = count;
  });
  return starts;
}

/** A copy in memory that threads share. */
export function shared<A extends Float32Array | Int32Array | Uint8Array>(array: A): A {
  const buffer = new SharedArrayBuffer(array.byteLength);
  const copy = new (array.constructor as new (buffer: SharedArrayBuffer) => A)(buffer);
  copy.set(array);
  return copy;
}

/** Objects of one picture: those to find, and the crowds. */
export function objectsAt(
  { starts, boxes, labels, crowd }: ObjectTable,
  index: number,
): {
  readonly boxes: Float32Array;
  readonly labels: Int32Array;
  readonly ignored: Float32Array;
  /** Positions in the table of those to find. */
  readonly rows: readonly number[];
} {
  const own: number[] = [];
  const many: number[] = [];
  for (let at = starts[index] as number; at < (starts[index + 1] as number); at += 1) {
    (crowd[at] === 1 ? many : own).push(at);
  }
  const corners = (list: readonly number[]) =>
    Float32Array.from(list.flatMap((at) => [...boxes.subarray(at * 4, at * 4 + 4)]));
  return {
    boxes: corners(own),
    labels: Int32Array.from(own, (at) => labels[at] as number),
    ignored: corners(many),
    rows: own,
  };
}
