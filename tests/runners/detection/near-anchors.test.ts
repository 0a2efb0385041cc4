import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UsageError } from '../../../common/errors.ts';
import { gridsBySize } from '../../../runners/detection/geometry/anchor-targets.ts';
import { loaderTargets } from '../../../runners/detection/inputs.ts';
import { createTargetMaker, nearTargets } from '../../../runners/detection/parts/near-anchors.ts';
import { createDetector } from '../../../runners/detection/registry.ts';
import '../../../runners/detection/all.ts';

/** Anchors of 8 and of 16 pixels, one a cell, on a picture of 32. */
const config = { strides: [8, 16], ratios: [1], scales: [1], centre: 0.5 };
const grid = gridsBySize(config)({ height: 32, width: 32 });

const marked = (boxes: number[], share = 0.5, allBoxes = 0) => {
  const made = nearTargets(grid, [Float32Array.from(boxes)], {
    ...{ batchSize: 1, levels: 2, share, allBoxes },
  });
  return ['near0', 'near1'].map((name) =>
    [...(made[name] as Float32Array)].flatMap((value, cell) => (value === 1 ? [cell] : [])),
  );
};

describe('anchors near a box', () => {
  it('are on the level of the best one, whatever touches the box elsewhere', () => {
    // Exactly the second cell of the fine level.
    assert.deepEqual(marked([8, 0, 16, 8]), [[1], []]);
    // Exactly the last one of the coarse level.
    assert.deepEqual(marked([16, 16, 32, 32]), [[], [3]]);
  });

  it('are on every level where all boxes count, each against the best of its level', () => {
    assert.deepEqual(marked([16, 16, 32, 32], 0.5, 1), [[10, 11, 14, 15], [3]]);
  });

  it('overlap it by more than their share of the best, and not by as much', () => {
    // Half of the second cell, a quarter of each of both.
    const box = [4, 0, 12, 8];
    assert.deepEqual(marked(box), [[0, 1], []]);
    assert.deepEqual(marked(box, 1), [[], []]);
    // 5/8 of one cell and 3/8 of the next: overlaps of 5/11 and 3/13, so 0.51 of the best.
    assert.deepEqual(marked([3, 0, 11, 8], 0.5), [[0, 1], []]);
    assert.deepEqual(marked([3, 0, 11, 8], 0.52), [[0], []]);
  });

  it('of several boxes are joined, and a box outside of all anchors marks nothing', () => {
    assert.deepEqual(marked([8, 0, 16, 8, 16, 16, 32, 32]), [[1], [3]]);
    assert.deepEqual(marked([100, 100, 120, 120]), [[], []]);
  });

  it('are 0 in slots without a picture', () => {
    const make = createTargetMaker({ ...config, batchSize: 2, levels: 1, share: 0.5, allBoxes: 0 });
    const boxes = Float32Array.of(8, 0, 16, 8);
    const made = make({ height: 32, width: 32, pictures: [{ boxes }] } as never);
    const near = made['near0'] as Float32Array;
    assert.equal(near.length, 2 * 16);
    assert.deepEqual([near[1], near.slice(2).every((value) => value === 0)], [1, true]);
  });
});

describe('a method that looks for anchors near boxes', () => {
  const regions = { kind: 'near-anchors', levels: 2, share: 0.5, boxes: 'best' } as const;
  const room = { batchSize: 2, boxes: 8 };

  it('is told those of the detector', () => {
    const network = createDetector('faster-rcnn-r18w16-fpn32', { classes: 5 });
    const { maker } = loaderTargets([{ network, distiller: { regions } }], room);
    assert.match(JSON.stringify(maker), /near-anchors.*"scales":\[8\]/);
  });

  it('is refused by one that tells of none', () => {
    const network = createDetector('fcos-centred-r18w16-fpn32', { classes: 5 });
    assert.throws(
      () => loaderTargets([{ network, distiller: { regions } }], room),
      (error) => error instanceof UsageError && /tells of none/.test(error.message),
    );
  });
});
