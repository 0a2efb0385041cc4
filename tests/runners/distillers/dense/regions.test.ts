import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { regionTargets } from '../../../../runners/distillers/dense/region-maker.ts';
import { mapSizes, regionMasks } from '../../../../runners/distillers/dense/regions.ts';

function masks(boxes: number[], imgShape: [number, number], size: [number, number]) {
  const foreground = new Float32Array(size[0] * size[1]);
  const background = new Float32Array(size[0] * size[1]);
  regionMasks({ boxes: Float32Array.from(boxes), imgShape }, size, foreground, background);
  return { foreground: [...foreground], background: [...background] };
}

describe('regions of boxes', () => {
  it('are whole cells, the one after the end included, and weigh one over their area', () => {
    // From cell 1 to 2 in x and in the cell 0 in y; the official slice includes the cell after the
    // end.
    const { foreground, background } = masks([8, 0, 16, 7], [32, 32], [4, 4]);
    const share = 1 / 4;
    assert.deepEqual(foreground, [0, share, share, 0, 0, share, share, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const rest = Math.fround(1 / 12);
    assert.equal(background[0], rest);
    assert.equal(background[1], 0);
    assert.ok(Math.abs(background.reduce((sum, each) => sum + each) - 1) < 1e-6);
  });

  it('count what is cut off at the border in the area', () => {
    const { foreground } = masks([0, 0, 32, 32], [32, 32], [4, 4]);
    assert.deepEqual(foreground, new Array(16).fill(Math.fround(Math.fround(1 / 5) / 5)));
  });

  it('have the largest weight where boxes overlap, whatever their order', () => {
    const [large, small] = [
      [0, 0, 31, 31],
      [0, 0, 7, 7],
    ] as [number[], number[]];
    const there = masks([...large, ...small], [32, 32], [4, 4]);
    assert.deepEqual(there, masks([...small, ...large], [32, 32], [4, 4]));
    assert.equal(there.foreground[0], 1 / 4);
    assert.equal(there.foreground[15], Math.fround(Math.fround(1 / 5) / 5));
    assert.deepEqual(there.background, new Array(16).fill(0));
  });

  it('stretch a picture without its padding over the whole map, as the official code does', () => {
    const { foreground } = masks([10, 10, 15, 15], [16, 16], [4, 4]);
    assert.deepEqual(foreground.slice(0, 8), new Array(8).fill(0));
    assert.ok((foreground[15] as number) > 0);
  });

  it('without boxes are background alone', () => {
    const { foreground, background } = masks([], [32, 32], [2, 2]);
    assert.deepEqual(foreground, [0, 0, 0, 0]);
    assert.deepEqual(background, [0.25, 0.25, 0.25, 0.25]);
  });

  it('have the sizes of the maps, and are 0 where a slot has no picture', () => {
    assert.deepEqual(mapSizes([100, 64], [8, 16, 128]), [
      [13, 8],
      [7, 4],
      [1, 1],
    ]);
    const picture = { boxes: new Float32Array(0), imgShape: [32, 32] as const };
    const made = regionTargets([picture], [32, 32], [8, 16], 2);
    assert.deepEqual(Object.keys(made), [
      'foreground0',
      'background0',
      'foreground1',
      'background1',
    ]);
    const background = made['background1'] as Float32Array;
    assert.deepEqual([...background], [0.25, 0.25, 0.25, 0.25, 0, 0, 0, 0]);
  });
});
