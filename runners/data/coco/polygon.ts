import type { Rle } from './rle.ts';

/** Steps per pixel in which the official code walks along an edge. */
const scale = 5;

/**
 * The mask of a polygon, pixel for pixel as pycocotools draws it (`rleFrPoly` of maskApi.c): the
 * corners are rounded to fifths of a pixel, every edge is walked in such steps, and where the walk
 * passes the middle of a column of pixels, a run begins or ends at its row. What lies outside of
 * the picture is cut off.
 *
 * Only the steps that pass such a middle are computed, each by the official formula: the way
 * outside of the picture, and up and down within a column, has no length in time.
 *
 * @param corners x0, y0, x1, y1, ... in pixels
 */
export function rleOfPolygon(corners: ArrayLike<number>, height: number, width: number): Rle {
  const grid = gridOf(corners);
  const crossings: number[] = [];
  for (let corner = 0; corner + 1 < grid.length; corner += 2) {
    const next = corner + 2 < grid.length ? corner + 2 : 0;
    const [x0, y0] = [grid[corner] as number, grid[corner + 1] as number];
    const [x1, y1] = [grid[next] as number, grid[next + 1] as number];
    crossEdge([x0, y0, x1, y1], height, width, crossings);
  }
  return { height, width, counts: runsBetween(crossings, height * width) };
}

/**
 * Adds where an edge passes the middles of columns, as positions in the picture down its columns.
 */
function crossEdge(
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  height: number,
  width: number,
  crossings: number[],
): void {
  const [dx, dy] = [Math.abs(x1 - x0), Math.abs(y1 - y0)];
  const flat = dx >= dy;
  const steps = flat ? dx : dy;
  // An edge is computed from its left (flat) or upper (steep) end and walked from its first:
  // rounding depends on it.
  const flipped = flat ? x0 > x1 : y0 > y1;
  const [xs, ys, xe, ye] = flipped ? [x1, y1, x0, y0] : [x0, y0, x1, y1];
  const slope = steps === 0 ? 0 : (flat ? ye - ys : xe - xs) / steps;
  const [first, last] = columnsBetween(x0, x1, width);
  for (let column = first; column <= last; column += 1) {
    // The walk goes through u = middle and its right neighbour, one after the other; t numbers the
    // later of the two by place.
    const middle = scale * column + 2;
    const t = flat ? middle + 1 - xs : steepStep(xs, slope, middle);
    const y = flat
      ? Math.min(Math.trunc(ys + slope * t + 0.5), Math.trunc(ys + slope * (t - 1) + 0.5))
      : t - 1 + ys;
    const row = (y + 0.5) / scale - 0.5;
    crossings.push(column * height + Math.ceil(Math.min(Math.max(row, 0), height)));
  }
}

/**
 * The least t of a steep edge, counted from its upper end, at which u is on the other side of
 * `middle` than before.
 */
function steepStep(xs: number, slope: number, middle: number): number {
  const across = (t: number) => Math.trunc(xs + slope * t + 0.5) > middle === slope > 0;
  // Exact up to rounding, which the official formula decides.
  let t = Math.round((middle + 0.5 - xs) / slope);
  while (across(t - 1)) t -= 1;
  while (!across(t)) t += 1;
  return t;
}

/** The first and last column whose middle lies between two places in fifths of a pixel. */
function columnsBetween(u: number, other: number, width: number): readonly [number, number] {
  const [left, right] = [Math.min(u, other), Math.max(u, other)];
  return [
    Math.max(0, Math.ceil((left - 2) / scale)),
    Math.min(width - 1, Math.floor((right - 3) / scale)),
  ];
}

const gridOf = (corners: ArrayLike<number>) =>
  Int32Array.from(corners, (value) => Math.trunc(scale * value + 0.5));

/**
 * How many columns of pixels the edges of a polygon cross, each counted once for every edge: what
 * its mask costs.
 */
export function crossingsOf(corners: ArrayLike<number>, width: number): number {
  const grid = gridOf(corners);
  let count = 0;
  for (let corner = 0; corner + 1 < grid.length; corner += 2) {
    const next = corner + 2 < grid.length ? corner + 2 : 0;
    const [first, last] = columnsBetween(grid[corner] as number, grid[next] as number, width);
    count += Math.max(0, last - first + 1);
  }
  return count;
}

/**
 * Run lengths whose borders are the given positions, in any order; empty runs join their
 * neighbours.
 */
function runsBetween(positions: readonly number[], pixels: number): Uint32Array {
  const borders = Float64Array.from([...positions, pixels]).sort();
  const counts = [borders[0] as number];
  const length = (index: number) => (borders[index] as number) - (borders[index - 1] as number);
  for (let index = 1; index < borders.length; index += 1) {
    if (length(index) > 0) {
      counts.push(length(index));
    } else {
      // What ends where it begins is no run: the next one continues the one before.
      index += 1;
      if (index < borders.length) {
        counts[counts.length - 1] = (counts[counts.length - 1] as number) + length(index);
      }
    }
  }
  return Uint32Array.from(counts);
}
