import { shown } from '../../../common/shown.ts';
import { crossingsOf, rleOfPolygon } from './polygon.ts';
import { decodeCounts, pixelsOf, type Rle, type RunMemory, unionOf } from './rle.ts';

/**
 * How COCO writes a mask: polygons whose union it is, each as x0, y0, x1, y1, ... in pixels; or run
 * lengths with size [height, width], as numbers or as text.
 */
export type CocoSegmentation =
  | readonly (readonly number[])[]
  | { readonly size: readonly [number, number]; readonly counts: readonly number[] | string };

/** Coordinates beyond this are no picture's. */
const farthest = 1e6;

/** Pixels that a run length of 32 bits can count. */
const mostPixels = 2 ** 32 - 1;

/**
 * How much may be drawn, in columns of pixels that edges of polygons cross. A polygon takes a few
 * hundred; a small file may hold thousands of edges that each cross a million columns.
 */
export class DrawingBudget {
  private left: number;

  /**
   * @param masks how many there are in the file
   * @param free what a file may need however few masks it has
   */
  constructor(masks: number, free = 2 ** 24) {
    this.left = free + 4096 * masks;
  }

  /**
   * @throws RangeError where this mask, or all masks so far, cross too many, with the rest of a
   * sentence
   */
  take(crossings: number): void {
    this.left -= crossings;
    if (crossings > mostCrossings) {
      throw new RangeError(
        `has edges that cross ${crossings} columns of pixels, but at most ${mostCrossings} are drawn for a mask`,
      );
    }
    if (this.left < 0) throw new RangeError('needs more drawing than the masks of a file may need');
  }
}

/**
 * A hundred times as many as the most jagged outline of a photograph crosses; drawn within seconds.
 */
const mostCrossings = 2 ** 22;

/**
 * The mask of a segmentation in a picture of that size.
 *
 * @param memory where to keep runs that are given as text
 * @param budget of all masks of a file
 * @throws RangeError where the runs do not fit the picture, or too much would have to be drawn,
 *   with the rest of a sentence that begins with the field
 */
export function rleOf(
  segmentation: CocoSegmentation,
  height: number,
  width: number,
  memory?: RunMemory,
  budget = new DrawingBudget(1),
): Rle {
  if (height * width > mostPixels) {
    throw new RangeError(
      `is of a picture of ${width} x ${height} pixels, but run lengths count up to ${mostPixels}`,
    );
  }
  if (Array.isArray(segmentation)) {
    const polygons = segmentation as number[][];
    budget.take(polygons.reduce((sum, corners) => sum + crossingsOf(corners, width), 0));
    return unionOf(polygons.map((corners) => rleOfPolygon(corners, height, width)));
  }
  const { size, counts } = segmentation as Exclude<
    CocoSegmentation,
    readonly (readonly number[])[]
  >;
  if (size[0] !== height || size[1] !== width) {
    throw new RangeError(
      `has the size [${size[0]}, ${size[1]}], but the picture has the height ${height} and the width ${width}`,
    );
  }
  const runs = typeof counts === 'string' ? decodeCounts(counts, memory) : Uint32Array.from(counts);
  if (pixelsOf(runs) !== height * width) {
    throw new RangeError(
      `has runs of ${pixelsOf(runs)} pixels together, but the picture has ${height * width}`,
    );
  }
  return { height, width, counts: runs };
}

/**
 * The mask of a value that should be a segmentation.
 *
 * @throws RangeError saying what is wrong with it, as the rest of a sentence that begins with the
 *   field
 */
export function checkedRle(
  value: unknown,
  height: number,
  width: number,
  memory?: RunMemory,
  budget?: DrawingBudget,
): Rle {
  const problem = Array.isArray(value) ? polygonProblem(value) : runsProblem(value);
  if (problem !== null) throw new RangeError(problem);
  return rleOf(value as CocoSegmentation, height, width, memory, budget);
}

/**
 * What is wrong with a value that should be a segmentation, or null. Nothing is drawn, but runs are
 * decoded.
 */
export function segmentationProblem(value: unknown, height: number, width: number): string | null {
  if (Array.isArray(value)) return polygonProblem(value);
  try {
    checkedRle(value, height, width);
    return null;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
}

function runsProblem(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) {
    return 'must be a list of polygons or an object with size and counts';
  }
  const { size, counts } = value as { size?: unknown; counts?: unknown };
  if (!Array.isArray(size) || size.length !== 2) return 'must have a size [height, width]';
  if (typeof counts !== 'string' && !(Array.isArray(counts) && counts.every(isRun))) {
    return 'must have counts: whole numbers, or a text';
  }
  return null;
}

function polygonProblem(polygons: readonly unknown[]): string | null {
  if (polygons.length === 0) return 'has no polygon';
  for (const [index, corners] of polygons.entries()) {
    if (!Array.isArray(corners)) return `must be a list of polygons, but its item ${index} is none`;
    if (corners.length < 6 || corners.length % 2 !== 0) {
      return `has ${corners.length} numbers in polygon ${index}, but a polygon has two for each of three or more corners`;
    }
    const wrong = corners.find(
      (value) => typeof value !== 'number' || !(Math.abs(value) <= farthest),
    );
    if (wrong !== undefined) {
      return `has ${shown(wrong)} in polygon ${index}, which is no coordinate`;
    }
  }
  return null;
}

const isRun = (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
