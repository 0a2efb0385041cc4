/**
 * Boxes of a picture as mmdetection has them: x1, y1, x2, y2 in pixels of the network's input, no
 * +1 anywhere, flat and row after row. All arithmetic on them is rounded to float32 after every
 * operation, in the order of the official code: an anchor is assigned where an overlap *equals* a
 * maximum, so another order gives other targets.
 */
export type Boxes = Float32Array;

/**
 * How two boxes overlap: over their union, over the first one, or generalised (Rezatofighi et al.
 * 2019).
 */
export type OverlapMode = 'iou' | 'iof' | 'giou';

const { fround, max, min } = Math;

/** Lower bound of unions and enclosing areas: `eps` of the official `bbox_overlaps`. */
const leastArea = fround(1e-6);

export function boxCount(boxes: Boxes): number {
  return boxes.length / 4;
}

/** Width times height of box `index`; negative where the box is turned inside out. */
export function areaOf(boxes: Boxes, index: number): number {
  const at = index * 4;
  return fround(
    fround((boxes[at + 2] as number) - (boxes[at] as number)) *
      fround((boxes[at + 3] as number) - (boxes[at + 1] as number)),
  );
}

/**
 * Overlap of one box with every box of `others`, written to `row` ([M]).
 *
 * @param first of the others that is looked at, to before `end`; all by default
 *
 * Official file: mmdetection 3.3.0, mmdet/structures/bbox/bbox_overlaps.py.
 */
export function overlapRow(
  boxes: Boxes,
  index: number,
  others: Boxes,
  mode: OverlapMode,
  row: Float32Array,
  first = 0,
  end = boxCount(others),
): void {
  const at = index * 4;
  const x1 = boxes[at] as number;
  const y1 = boxes[at + 1] as number;
  const x2 = boxes[at + 2] as number;
  const y2 = boxes[at + 3] as number;
  const area = areaOf(boxes, index);
  for (let other = first, from = 4 * first; other < end; other += 1, from += 4) {
    const u1 = others[from] as number;
    const v1 = others[from + 1] as number;
    const u2 = others[from + 2] as number;
    const v2 = others[from + 3] as number;
    const width = max(0, fround(min(x2, u2) - max(x1, u1)));
    const height = max(0, fround(min(y2, v2) - max(y1, v1)));
    // Most pairs do not touch: 0 over a union that is never 0.
    if (mode !== 'giou' && (width === 0 || height === 0)) {
      row[other] = 0;
      continue;
    }
    const overlap = fround(width * height);
    const otherArea = fround(fround(u2 - u1) * fround(v2 - v1));
    const whole = mode === 'iof' ? area : fround(fround(area + otherArea) - overlap);
    const union = max(whole, leastArea);
    const share = fround(overlap / union);
    if (mode !== 'giou') {
      row[other] = share;
      continue;
    }
    const across = max(0, fround(max(x2, u2) - min(x1, u1)));
    const down = max(0, fround(max(y2, v2) - min(y1, v1)));
    const enclosing = max(fround(across * down), leastArea);
    row[other] = fround(share - fround(fround(enclosing - union) / enclosing));
  }
}

/** Overlaps of all pairs, [N, M] row-major. */
export function overlaps(boxes: Boxes, others: Boxes, mode: OverlapMode = 'iou'): Float32Array {
  const columns = boxCount(others);
  const result = new Float32Array(boxCount(boxes) * columns);
  for (let index = 0; index < boxCount(boxes); index += 1) {
    overlapRow(boxes, index, others, mode, result.subarray(index * columns, (index + 1) * columns));
  }
  return result;
}

/** The boxes at `indices`, in that order. */
export function takeBoxes(boxes: Boxes, indices: ArrayLike<number>): Boxes {
  const taken = new Float32Array(indices.length * 4);
  for (let row = 0; row < indices.length; row += 1) {
    const from = (indices[row] as number) * 4;
    const to = row * 4;
    for (let part = 0; part < 4; part += 1) taken[to + part] = boxes[from + part] as number;
  }
  return taken;
}

/** Multiplies x by `scaleX` and y by `scaleY` in float32. */
export function scaleBoxes(boxes: Boxes, scaleX: number, scaleY: number): Boxes {
  const [across, down] = [fround(scaleX), fround(scaleY)];
  return boxes.map((value, index) => value * (index % 2 === 0 ? across : down));
}
