import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gflAnchors } from '../../../../runners/detection/families/gfl/anchors.ts';
import { gridAnchors, pyramidSizes } from '../../../../runners/detection/geometry/anchors.ts';
import { assignAtss } from '../../../../runners/detection/geometry/atss.ts';

// What mmdetection assigns on a whole pyramid is compared in the parity tests (det/gfl_r18.json).

const square = (x: number, y: number, half: number) => [x - half, y - half, x + half, y + half];
const all = (count: number) => [Array.from({ length: count }, (_, index) => index)];

describe('ATSS', () => {
  it('takes of the nearest nine those above mean and deviation, with their centres inside', () => {
    // A row of 12 squares of 8 pixels, 4 apart; the box is the third one.
    const anchors = Float32Array.from(
      Array.from({ length: 12 }, (_, at) => square(4 * at, 0, 4)).flat(),
    );
    const boxOf = assignAtss(anchors, all(12), Float32Array.from(square(8, 0, 4)));
    // Overlaps 1, twice 1/3, six 0: mean 0.185, deviation 0.338, so 0.523 is asked for.
    assert.deepEqual([...boxOf], [0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('leaves anchors whose centre is not inside of the box', () => {
    // Both hold the box: equal overlaps, none below their mean. The first centre is less than 0.01
    // inside of it.
    const anchors = Float32Array.from([...square(2 ** -7, 0, 4), ...square(2, 0, 4)]);
    const box = Float32Array.from([0, -1, 4, 1]);
    assert.deepEqual([...assignAtss(anchors, all(2), box)], [0, 1]);
  });

  it('gives an anchor of two boxes to the one that it overlaps more, the first of equals', () => {
    const anchors = Float32Array.from([
      ...square(0, 0, 8),
      ...square(40, 0, 8),
      ...square(80, 0, 8),
    ]);
    const boxes = Float32Array.from([...square(0, 0, 4), ...square(0, 0, 7), ...square(0, 0, 7)]);
    assert.deepEqual([...assignAtss(anchors, all(3), boxes)], [2, 0, 0]);
  });

  it('knows no anchor off the picture, and no box means background', () => {
    const anchors = Float32Array.from([...square(0, 0, 8), ...square(8, 0, 8)]);
    const box = Float32Array.from(square(0, 0, 8));
    assert.deepEqual([...assignAtss(anchors, all(2), new Float32Array(0))], [0, 0]);
    assert.deepEqual([...assignAtss(anchors, [[1]], box)], [0, 0]);
  });

  it('prefers the first of equally distant anchors', () => {
    const sizes = pyramidSizes([64, 64], [8]);
    const anchors = gridAnchors({ ...gflAnchors, strides: [8] }, sizes);
    // Of the 4 x 4 anchors around (20, 20), 8 apart, nine are candidates: the four nearest, and of
    // the eight behind them the first five.
    const boxOf = assignAtss(anchors, all(64), Float32Array.from(square(20, 20, 32)));
    const positive = [...boxOf.keys()].filter((anchor) => boxOf[anchor] === 1);
    assert.deepEqual(positive, [18, 19, 26, 27]);
  });
});
