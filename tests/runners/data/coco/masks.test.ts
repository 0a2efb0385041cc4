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
import { rleOf, segmentationProblem } from '../../../../runners/data/coco/segmentation.ts';

/*
 * Random polygons (corners outside of the picture, repeated, on its border) and what pycocotools 2.0.11 made of them:
 * runs of every part (frPyObjects), of their union (merge), area and box of the union.
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
});
