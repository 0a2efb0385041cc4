import type { Rle } from './rle.ts';

/** Steps per pixel in which the official code walks along an edge. */
const scale = 5;

/**
 * The mask of a polygon, pixel for pixel as pycocotools draws it (`rleFrPoly` of maskApi.c): the corners are rounded to
 * fifths of a pixel, every edge is walked in such steps, and where the walk passes the middle of a column of pixels, a
 * run begins or ends at its row. What lies outside of the picture is cut off.
 *
 * @param corners x0, y0, x1, y1, ... in pixels
 */
export function rleOfPolygon(corners: ArrayLike<number>, height: number, width: number): Rle {
  const grid = Int32Array.from(corners, (value) => Math.trunc(scale * value + 0.5));
  const crossings: number[] = [];
  let [lastU, lastV] = [grid[0] as number, 0];
  for (let corner = 0; corner + 1 < grid.length; corner += 2) {
    const next = corner + 2 < grid.length ? corner + 2 : 0;
    const [x0, y0] = [grid[corner] as number, grid[corner + 1] as number];
    const [x1, y1] = [grid[next] as number, grid[next + 1] as number];
    const [dx, dy] = [Math.abs(x1 - x0), Math.abs(y1 - y0)];
    const flat = dx >= dy;
    const steps = flat ? dx : dy;
    // An edge is computed from its left (flat) or upper (steep) end and walked from its first: rounding depends on it.
    const flipped = flat ? x0 > x1 : y0 > y1;
    const [xs, ys, xe, ye] = flipped ? [x1, y1, x0, y0] : [x0, y0, x1, y1];
    const slope = steps === 0 ? 0 : (flat ? ye - ys : xe - xs) / steps;
    for (let step = 0; step <= steps; step += 1) {
      const t = flipped ? steps - step : step;
      const u = flat ? t + xs : Math.trunc(xs + slope * t + 0.5);
      const v = flat ? Math.trunc(ys + slope * t + 0.5) : t + ys;
      if (u !== lastU) {
        const x = ((u < lastU ? u : u - 1) + 0.5) / scale - 0.5;
        if (Math.floor(x) === x && x >= 0 && x <= width - 1) {
          const y = (Math.min(v, lastV) + 0.5) / scale - 0.5;
          crossings.push(x * height + Math.ceil(Math.min(Math.max(y, 0), height)));
        }
      }
      [lastU, lastV] = [u, v];
    }
  }
  return { height, width, counts: runsBetween(crossings, height * width) };
}

/** Run lengths whose borders are the given positions, in any order; empty runs join their neighbours. */
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
