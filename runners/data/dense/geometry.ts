/** Height and width in pixels. */
export type Size = readonly [height: number, width: number];

/** The long and the short side that a resized picture may have at most, such as 1333 and 800. */
export type Scale = readonly [long: number, short: number];

/**
 * Size of a picture that is resized as large as both bounds allow with its proportions kept.
 *
 * Official code: mmcv 2.1.0 mmcv/image/geometric.py, `rescale_size`.
 */
export function keepRatioSize([height, width]: Size, scale: Scale): Size {
  const [long, short] = [Math.max(...scale), Math.min(...scale)];
  const factor = Math.min(long / Math.max(height, width), short / Math.min(height, width));
  return [Math.trunc(height * factor + 0.5), Math.trunc(width * factor + 0.5)];
}

/**
 * Factors by which width and height were multiplied; they differ a little, since sizes are whole.
 */
export function scaleFactor(from: Size, to: Size): readonly [width: number, height: number] {
  return [to[1] / from[1], to[0] / from[0]];
}

/** Rounded up to a multiple of `divisor`. */
export function padSize([height, width]: Size, divisor: number): Size {
  const up = (length: number) => Math.ceil(length / divisor) * divisor;
  return [up(height), up(width)];
}

/** Boxes x1, y1, x2, y2 of a resized picture, clipped to it, in float32. */
export function resizeBoxes(
  boxes: Float32Array,
  [across, down]: readonly [width: number, height: number],
  [height, width]: Size,
): Float32Array {
  const factors = [Math.fround(across), Math.fround(down)];
  return boxes.map((value, index) => {
    const bound = index % 2 === 0 ? width : height;
    const scaled = Math.fround(value * (factors[index % 2] as number));
    return Math.max(0, Math.min(bound, scaled));
  });
}

/** Boxes of a picture that is mirrored left to right. */
export function flipBoxes(boxes: Float32Array, width: number): Float32Array {
  const flipped = new Float32Array(boxes.length);
  for (let at = 0; at < boxes.length; at += 4) {
    flipped[at] = width - (boxes[at + 2] as number);
    flipped[at + 1] = boxes[at + 1] as number;
    flipped[at + 2] = width - (boxes[at] as number);
    flipped[at + 3] = boxes[at + 3] as number;
  }
  return flipped;
}
