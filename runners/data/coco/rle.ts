/**
 * A binary mask as COCO stores it: lengths of runs of 0 and 1 in turn, beginning with 0, down the
 * columns of the picture (column-major), which together cover height * width pixels.
 */
export interface Rle {
  readonly height: number;
  readonly width: number;
  readonly counts: Uint32Array;
}

/** Lengths of counts may need 32 bits and differences one more: seven characters of five bits. */
const longestNumber = 7;

/**
 * Memory for the runs of many masks in few buffers: a buffer of its own for each costs more time
 * than decoding it. A buffer lives as long as any of its masks.
 */
export class RunMemory {
  private block = new Uint32Array(2 ** 20);
  private used = 0;

  /** A copy of `runs`. */
  keep(runs: Uint32Array): Uint32Array {
    if (this.used + runs.length > this.block.length) {
      this.block = new Uint32Array(Math.max(2 ** 20, runs.length));
      this.used = 0;
    }
    const place = this.block.subarray(this.used, this.used + runs.length);
    place.set(runs);
    this.used += runs.length;
    return place;
  }
}

/** Where a text is decoded before its number of runs is known. */
let scratch = new Uint32Array(4096);

/**
 * Decodes the text form of run lengths: numbers in groups of five bits, least significant first,
 * each as one character from '0' (code 48) on with a sixth bit where more follow; from the fourth
 * number on, differences to the number two before (`rleFrString` of pycocotools' maskApi.c).
 *
 * @param memory where to keep the runs; by default an array of their own
 * @throws RangeError with the rest of a sentence that begins with the text's name
 */
export function decodeCounts(text: string, memory?: RunMemory): Uint32Array {
  // A number takes one character at the least.
  if (scratch.length < text.length) scratch = new Uint32Array(2 * text.length);
  const counts = scratch;
  let length = 0;
  for (let at = 0; at < text.length; ) {
    const start = at;
    let value = 0;
    let unit = 1;
    let group = 0;
    do {
      group = text.charCodeAt(at) - 48;
      if (!(group >= 0 && group < 64)) {
        throw new RangeError(
          at >= text.length
            ? 'ends within a number'
            : `has the character ${JSON.stringify(text[at])} at ${at}, which is not of a run-length text`,
        );
      }
      value += (group & 31) * unit;
      unit *= 32;
      at += 1;
      if (at - start > longestNumber) throw new RangeError(`has too long a number at ${start}`);
    } while (group & 32);
    if (group & 16) value -= unit;
    if (length > 2) value += counts[length - 2] as number;
    if (!(value >= 0 && value <= 0xffffffff)) {
      throw new RangeError(`has a run of ${value} pixels at ${start}`);
    }
    counts[length] = value;
    length += 1;
  }
  return memory?.keep(counts.subarray(0, length)) ?? counts.slice(0, length);
}

/** The text form of run lengths, as `decodeCounts` reads it. */
export function encodeCounts(counts: ArrayLike<number>): string {
  const characters: number[] = [];
  for (let index = 0; index < counts.length; index += 1) {
    let value = counts[index] as number;
    if (index > 2) value -= counts[index - 2] as number;
    for (let more = true; more; ) {
      const group = ((value % 32) + 32) % 32;
      value = Math.floor(value / 32);
      // The highest bit of the last group is the number's sign.
      more = group & 16 ? value !== -1 : value !== 0;
      characters.push(48 + (more ? group | 32 : group));
    }
  }
  return Buffer.from(characters).toString('latin1');
}

/** Number of pixels that the runs cover, foreground and background. */
export function pixelsOf(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < counts.length; index += 1) sum += counts[index] as number;
  return sum;
}

/** Number of foreground pixels. */
export function areaOf({ counts }: Rle): number {
  let area = 0;
  for (let index = 1; index < counts.length; index += 2) area += counts[index] as number;
  return area;
}

/**
 * Smallest box [x, y, width, height] around the foreground, in whole pixels; zeros for an empty
 * mask. As `rleToBbox` of maskApi.c: a run that goes on in the next column makes the box as high as
 * the picture.
 */
export function boxOf({ height, counts }: Rle): [number, number, number, number] {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0];
  let end = 0;
  for (let index = 1; index < counts.length; index += 2) {
    const start = end + (counts[index - 1] as number);
    end = start + (counts[index] as number);
    const last = end - 1;
    const [startColumn, lastColumn] = [Math.floor(start / height), Math.floor(last / height)];
    const [startRow, lastRow] = [start - startColumn * height, last - lastColumn * height];
    if (startColumn < lastColumn) {
      top = 0;
      bottom = height - 1;
    }
    left = Math.min(left, startColumn, lastColumn);
    right = Math.max(right, startColumn, lastColumn);
    top = Math.min(top, startRow, lastRow);
    bottom = Math.max(bottom, startRow, lastRow);
  }
  if (left === Number.POSITIVE_INFINITY) return [0, 0, 0, 0];
  return [left, top, right - left + 1, bottom - top + 1];
}

/** The union of masks of one picture, with no empty run but perhaps the first. */
export function unionOf(masks: readonly Rle[]): Rle {
  if (masks.length === 0) throw new RangeError('A union needs at least one mask.');
  // By pairs, and by pairs of pairs: one after the other, the union of many parts would be walked
  // for each of them.
  let parts = masks;
  while (parts.length > 1) {
    const [odd, even] = [
      parts.filter((_, at) => at % 2 === 1),
      parts.filter((_, at) => at % 2 === 0),
    ];
    parts = even.map((mask, at) => {
      const other = odd[at];
      return other === undefined ? mask : unionOfTwo(mask, other);
    });
  }
  return parts[0] as Rle;
}

function unionOfTwo(a: Rle, b: Rle): Rle {
  const counts: number[] = [];
  const walk = { a: runsOf(a), b: runsOf(b) };
  let value = 0;
  let length = 0;
  while (walk.a.left > 0 && walk.b.left > 0) {
    const step = Math.min(walk.a.left, walk.b.left);
    const next = walk.a.value | walk.b.value;
    if (next === value) {
      length += step;
    } else {
      counts.push(length);
      [value, length] = [next, step];
    }
    walk.a.advance(step);
    walk.b.advance(step);
  }
  counts.push(length);
  return { height: a.height, width: a.width, counts: Uint32Array.from(counts) };
}

/**
 * A position in a mask: the value there, and how many pixels of that run are left (0 at the end).
 */
function runsOf({ counts }: Rle) {
  let index = 0;
  const cursor = {
    value: 0,
    left: counts[0] ?? 0,
    advance(step: number): void {
      cursor.left -= step;
      while (cursor.left === 0 && index + 1 < counts.length) {
        index += 1;
        cursor.value ^= 1;
        cursor.left = counts[index] as number;
      }
    },
  };
  cursor.advance(0);
  return cursor;
}

/** Number of pixels that are foreground in both masks. */
export function intersectionOf(a: Rle, b: Rle): number {
  const [first, second] = [a.counts, b.counts];
  let area = 0;
  let [i, j] = [1, 1];
  let [aStart, bStart] = [first[0] ?? 0, second[0] ?? 0];
  // Foreground runs only: they are at the odd places.
  while (i < first.length && j < second.length) {
    const aEnd = aStart + (first[i] as number);
    const bEnd = bStart + (second[j] as number);
    const overlap = Math.min(aEnd, bEnd) - Math.max(aStart, bStart);
    if (overlap > 0) area += overlap;
    if (aEnd <= bEnd) {
      aStart = aEnd + (first[i + 1] ?? 0);
      i += 2;
    } else {
      bStart = bEnd + (second[j + 1] ?? 0);
      j += 2;
    }
  }
  return area;
}

/** The mask as one byte per pixel, 0 or 1, row by row: shape [height, width]. */
export function bitmapOf({ height, width, counts }: Rle): Uint8Array {
  const bitmap = new Uint8Array(height * width);
  let position = 0;
  for (let index = 0; index < counts.length; index += 1) {
    const end = position + (counts[index] as number);
    if (index % 2 === 1) {
      for (; position < end; position += 1) {
        const column = Math.floor(position / height);
        bitmap[(position - column * height) * width + column] = 1;
      }
    }
    position = end;
  }
  return bitmap;
}

/**
 * The runs of a mask of shape [height, width], row by row, where every value but 0 is foreground.
 */
export function rleOfBitmap(bitmap: ArrayLike<number>, height: number, width: number): Rle {
  if (bitmap.length !== height * width) {
    throw new RangeError(`A mask of ${height} x ${width} pixels has ${bitmap.length} values.`);
  }
  const counts: number[] = [];
  let value = false;
  let length = 0;
  for (let column = 0; column < width; column += 1) {
    for (let row = 0; row < height; row += 1) {
      const next = bitmap[row * width + column] !== 0;
      if (next !== value) {
        counts.push(length);
        [value, length] = [next, 0];
      }
      length += 1;
    }
  }
  counts.push(length);
  return { height, width, counts: Uint32Array.from(counts) };
}
