import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { rleOfPolygon } from '../../../../runners/data/coco/polygon.ts';
import {
  areaOf,
  bitmapOf,
  boxOf,
  decodeCounts,
  encodeCounts,
  intersectionOf,
  rleOfBitmap,
  unionOf,
} from '../../../../runners/data/coco/rle.ts';
import {
  DrawingBudget,
  rleOf,
  segmentationProblem,
} from '../../../../runners/data/coco/segmentation.ts';

/*
 * Random polygons (corners outside of the picture, repeated, on its border) and what pycocotools
 * 2.0.11 made of them: runs of every part (frPyObjects), of their union (merge), area and box of
 * the union.
 */
interface Drawn {
  readonly height: number;
  readonly width: number;
  readonly polygons: readonly (readonly number[])[];
  readonly parts: readonly string[];
  readonly union: string;
  readonly area: number;
  readonly box: readonly number[];
}
const drawn: readonly Drawn[] = JSON.parse(
  readFileSync(new URL('fixtures/polygons.json', import.meta.url), 'utf8'),
);

const text = (mask: { readonly counts: Uint32Array }) => encodeCounts(mask.counts);

describe('masks', () => {
  it('of polygons, their union, area and box are those of pycocotools', () => {
    assert.ok(drawn.length >= 60);
    for (const { height, width, polygons, parts, union, area, box } of drawn) {
      const own = polygons.map((corners) => rleOfPolygon(corners, height, width));
      assert.deepEqual(own.map(text), parts);
      const whole = unionOf(own);
      assert.deepEqual([text(whole), areaOf(whole), boxOf(whole)], [union, area, box]);
      assert.deepEqual(rleOf(polygons, height, width), whole);
    }
  });

  it('as runs, as text and as pixels are the same', () => {
    for (const { height, width, union, area } of drawn) {
      const mask = rleOf({ size: [height, width], counts: union }, height, width);
      assert.deepEqual(decodeCounts(union), mask.counts);
      const bitmap = bitmapOf(mask);
      assert.equal(
        bitmap.reduce((sum, value) => sum + value, 0),
        area,
      );
      assert.deepEqual(bitmapOf(rleOfBitmap(bitmap, height, width)), bitmap);
      const counts = [...mask.counts];
      assert.deepEqual(rleOf({ size: [height, width], counts }, height, width), mask);
    }
  });

  it('run down the columns', () => {
    // Two rows, three columns: 0 1 1 / 1 0 1
    const mask = rleOfBitmap([0, 1, 1, 1, 0, 1], 2, 3);
    assert.deepEqual([...mask.counts], [1, 2, 1, 2]);
    assert.deepEqual([...bitmapOf(mask)], [0, 1, 1, 1, 0, 1]);
  });

  it('overlap in as many pixels as their bitmaps', () => {
    for (const [index, { height, width, polygons }] of drawn.entries()) {
      const a = rleOf(polygons, height, width);
      const other = drawn[(index + 1) % drawn.length] as Drawn;
      const b = rleOf(other.polygons, height, width);
      const [one, two] = [bitmapOf(a), bitmapOf(b)];
      const shared = one.reduce((sum, value, at) => sum + (value & (two[at] as number)), 0);
      assert.equal(intersectionOf(a, b), shared);
      assert.equal(intersectionOf(b, a), shared);
    }
  });

  it('whose text or runs are broken are refused with the reason', () => {
    const problem = (counts: unknown, size: unknown = [2, 3]) =>
      segmentationProblem({ size, counts }, 2, 3);
    assert.equal(problem([1, 2, 3]), null);
    assert.match(problem([1, 2, 4]) ?? '', /runs of 7 pixels together, but the picture has 6/);
    assert.match(problem([1, -2, 7]) ?? '', /whole numbers/);
    assert.match(problem([6], [3, 2]) ?? '', /size \[3, 2\], but the picture has the height 2/);
    assert.match(problem('1\u00ff') ?? '', /character "ÿ" at 1/);
    assert.match(problem('1Q') ?? '', /ends within a number/);
    assert.match(problem('oooooooo0') ?? '', /too long a number at 0/);
    assert.match(problem('O') ?? '', /a run of -1 pixels/);
    assert.match(segmentationProblem([[1, 2, 3, 4]], 2, 3) ?? '', /4 numbers in polygon 0/);
    assert.match(segmentationProblem([[1, 2, 3, 4, 5, null]], 2, 3) ?? '', /null in polygon 0/);
    assert.match(segmentationProblem([[1, 2, 3, 4, 5, 1e9]], 2, 3) ?? '', /1000000000 in polygon/);
  });

  it('of polygons far outside of the picture take no time, and are those of the part within', () => {
    // A band over the whole picture whose ends are two million fifths of a pixel away: only its
    // rows count.
    const band = [-1e6, 2, 1e6, 2, 1e6, 5, -1e6, 5];
    assert.deepEqual(
      rleOfPolygon(band, 10, 10),
      rleOfPolygon([-20, 2, 30, 2, 30, 5, -20, 5], 10, 10),
    );
    const pillar = [2, -1e6, 5, -1e6, 5, 1e6, 2, 1e6];
    assert.deepEqual(
      rleOfPolygon(pillar, 10, 10),
      rleOfPolygon([2, -9, 5, -9, 5, 20, 2, 20], 10, 10),
    );
    const edges = Array.from({ length: 20_000 }, (_, corner) => (corner % 4 < 2 ? -1e6 : 1e6));
    const started = process.cpuUsage();
    rleOf([edges], 10, 10);
    // Walked step by step this would take minutes.
    assert.ok(process.cpuUsage(started).user < 5e6);
  });

  it('whose edges cross millions of columns are refused before they are drawn', () => {
    const edges = Array.from({ length: 400 }, (_, corner) => (corner % 4 < 2 ? 0 : 1e6));
    assert.throws(
      () => rleOf([edges], 10, 1e6),
      /cross \d+ columns of pixels, but at most 4194304/,
    );
    assert.throws(() => rleOf([[0, 0, 9, 0, 9, 9]], 1e5, 1e5), /but run lengths count up to/);
    const budget = new DrawingBudget(0, 2 ** 19);
    const wide = [0, 0, 1e5, 0, 1e5, 1];
    assert.throws(() => {
      for (let mask = 0; mask < 100; mask += 1) rleOf([wide], 1, 1e5, undefined, budget);
    }, /needs more drawing/);
  });

  it('of very many parts are joined in moderate time', () => {
    const parts = Array.from({ length: 20_000 }, (_, part) => {
      const [x, y] = [(part % 250) * 4, Math.floor(part / 250) * 4];
      return [x, y, x + 2, y, x + 2, y + 2, x, y + 2];
    });
    const started = process.cpuUsage();
    assert.equal(areaOf(rleOf(parts, 1000, 1000)), 20_000 * 4);
    assert.ok(process.cpuUsage(started).user < 10e6);
  });
});
