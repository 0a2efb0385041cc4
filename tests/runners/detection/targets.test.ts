import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomStream } from '../../../common/random.ts';
import { fcosPoints } from '../../../runners/detection/families/fcos/points.ts';
import { fcosRanges, fcosTargets } from '../../../runners/detection/families/fcos/targets.ts';
import { retinaAnchors } from '../../../runners/detection/families/retinanet/anchors.ts';
import { retinaTargets } from '../../../runners/detection/families/retinanet/targets.ts';
import { anchorGrid, type Truth } from '../../../runners/detection/geometry/anchor-targets.ts';
import { pyramidSizes, type Size } from '../../../runners/detection/geometry/anchors.ts';
import { randomChoice, samplePriors } from '../../../runners/detection/geometry/sampling.ts';
import { rpnAnchors } from '../../../runners/detection/parts/two-stage/anchors.ts';
import { roiTargets } from '../../../runners/detection/parts/two-stage/roi-targets.ts';
import { rpnTargets } from '../../../runners/detection/parts/two-stage/rpn-targets.ts';

const batchSize: Size = [128, 160];

const truth = (boxes: number[], labels: number[], changes: Partial<Truth> = {}): Truth => ({
  boxes: Float32Array.from(boxes),
  labels: Int32Array.from(labels),
  imgShape: [120, 150],
  padShape: batchSize,
  ...changes,
});

test('maps of a pyramid halve and round up', () => {
  assert.deepEqual(pyramidSizes([100, 162], [4, 8, 16, 32, 64, 128]), [
    [25, 41],
    [13, 21],
    [7, 11],
    [4, 6],
    [2, 3],
    [1, 2],
  ]);
});

test('targets have the shapes of the batch, whatever is in the pictures', () => {
  const config = retinaAnchors();
  const grid = anchorGrid(config, pyramidSizes(batchSize, config.strides));
  const count = grid.anchors.length / 4;
  const full = truth([10, 10, 60, 70, 80, 20, 140, 110], [2, 0]);
  const targets = retinaTargets(grid, [full, truth([], [])], 5);
  assert.deepEqual(
    [targets.labels, targets.labelWeights, targets.boxTargets, targets.boxWeights].map(
      ({ length }) => length / count,
    ),
    [2, 2, 8, 2],
  );
  const positives = targets.boxWeights.reduce((sum, weight) => sum + weight, 0);
  assert.ok(positives >= 2);
  // The empty picture counts one in the divisor, and all of it is background.
  assert.equal(targets.normaliser, positives + 1);
  assert.ok(targets.labels.subarray(count).every((label) => label === 5));
  assert.ok(targets.labelWeights.subarray(count).every((weight) => weight === 1));
  targets.boxWeights.forEach((weight, at) => {
    assert.equal((targets.labels[at] as number) < 5, weight === 1);
  });
});

test('anchors off a smaller picture of the batch count for nothing', () => {
  const config = retinaAnchors();
  const grid = anchorGrid(config, pyramidSizes(batchSize, config.strides));
  const small = truth([5, 5, 60, 60], [1], { imgShape: [60, 64], padShape: [64, 64] });
  const { labelWeights } = retinaTargets(grid, [small], 3);
  // Level of stride 8: 16 x 20 cells of 9 anchors; 8 x 8 of them are on the picture.
  const cell = (y: number, x: number) =>
    labelWeights.subarray((y * 20 + x) * 9, (y * 20 + x + 1) * 9);
  assert.ok(cell(0, 8).every((weight) => weight === 0));
  assert.ok(cell(8, 0).every((weight) => weight === 0));
  assert.ok(cell(7, 7).some((weight) => weight === 1));
});

test('crowds are ignored where a config asks for it, and dropped where not', () => {
  const config = retinaAnchors();
  const grid = anchorGrid(config, pyramidSizes(batchSize, config.strides));
  const crowd = truth([100, 10, 140, 50], [1], { ignored: Float32Array.of(0, 0, 80, 120) });
  const weights = (ignoreIof: number) =>
    retinaTargets(grid, [crowd], 3, {
      posIou: 0.5,
      negIou: 0.4,
      minPosIou: 0,
      ignoreIof,
    }).labelWeights.reduce((sum, weight) => sum + weight, 0);
  assert.ok(weights(0.5) < weights(-1) - 500);
});

test('the RPN samples what was asked for, and the same by the same stream', () => {
  const grid = anchorGrid(rpnAnchors, pyramidSizes(batchSize, rpnAnchors.strides));
  const full = truth([10, 10, 60, 70, 80, 20, 140, 110], [2, 0]);
  const make = (seed: number) =>
    rpnTargets(grid, [full, full], (picture) =>
      randomChoice(RandomStream.named(seed, `rpn/${picture}`)),
    );
  const first = make(1);
  assert.deepEqual(make(1).labelWeights, first.labelWeights);
  assert.notDeepEqual(make(2).labelWeights, first.labelWeights);
  for (const { positive, negative } of first.samples) {
    assert.equal(positive.length + negative.length, 256);
    assert.ok(positive.length > 0 && positive.length <= 128);
  }
  const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
  assert.equal(sum(first.labelWeights), 512);
  assert.equal(sum(first.labels), sum(first.boxWeights));
});

test('too many positives are cut to their share, too few are filled with negatives', () => {
  const boxOf = Int32Array.from({ length: 100 }, (_, index) =>
    index < 60 ? 1 : index < 95 ? 0 : -1,
  );
  const choose = randomChoice(RandomStream.named(3, 'sample'));
  const many = samplePriors({ boxOf }, { num: 40, posFraction: 0.5 }, choose);
  assert.deepEqual([many.positive.length, many.negative.length], [20, 20]);
  assert.deepEqual(
    many.positive,
    many.positive.toSorted((a, b) => a - b),
  );
  const all = samplePriors({ boxOf }, { num: 400, posFraction: 0.5 }, choose);
  assert.deepEqual([all.positive.length, all.negative.length], [60, 35]);
});

test('a picture without boxes gives background regions only', () => {
  const proposals = Float32Array.of(0, 0, 20, 20, 10, 10, 40, 40);
  const choose = randomChoice(RandomStream.named(3, 'roi'));
  const targets = roiTargets(proposals, truth([], []), 4, choose);
  assert.deepEqual([...targets.labels], [4, 4]);
  assert.deepEqual([...targets.boxWeights], [0, 0]);
});

test('FCOS takes the points of a box, with centre sampling those near its middle', () => {
  const grid = anchorGrid(fcosPoints, pyramidSizes(batchSize, fcosPoints.strides));
  // 48 x 48 pixels: of the finest level, whose points are 4, 12, 20 ... pixels from the corner.
  const truths = [truth([8, 16, 56, 64], [2])];
  const positive = (radius: number | null) => {
    const assign = { ranges: fcosRanges, radius, normed: false };
    const { labels, distances, normaliser } = fcosTargets(grid, truths, 5, assign);
    const points = [...labels.keys()].filter((point) => labels[point] === 2);
    assert.equal(normaliser, points.length);
    for (const point of points) {
      const [left, , right] = distances.subarray(4 * point, 4 * point + 4);
      assert.equal((left as number) + (right as number), 48);
    }
    return points.map((point) => [point % 20, Math.floor(point / 20)]);
  };
  const all = [1, 2, 3, 4, 5, 6].flatMap((row) => [1, 2, 3, 4, 5, 6].map((x) => [x, row + 1]));
  assert.deepEqual(positive(null), all);
  // The middle is (32, 40): points less than 12 pixels away from it on both axes.
  const near = [4, 5].flatMap((row) => [3, 4].map((x) => [x, row]));
  assert.deepEqual(positive(1.5), near);
});

test('FCOS gives a point of several boxes to the smallest, and only of the level of its size', () => {
  const grid = anchorGrid(fcosPoints, pyramidSizes(batchSize, fcosPoints.strides));
  const truths = [truth([0, 0, 60, 60, 16, 16, 48, 48], [0, 1]), truth([], [])];
  const assign = { ranges: fcosRanges, radius: null, normed: true };
  const made = fcosTargets(grid, truths, 5, assign);
  const at = (x: number, y: number) => Math.floor(y / 8) * 20 + Math.floor(x / 8);
  assert.equal(made.labels[at(32, 32)], 1);
  assert.equal(made.labels[at(8, 8)], 0);
  const count = made.labels.length / 2;
  assert.ok(made.labels.subarray(320, count).every((label) => label === 5));
  // No box in the second picture: all background, which counts.
  assert.ok(made.labels.subarray(count).every((label) => label === 5));
  assert.ok(made.labelWeights.subarray(count).every((weight) => weight === 1));
  // Distances are in strides.
  assert.deepEqual(
    [...made.distances.subarray(4 * at(20, 20), 4 * at(20, 20) + 4)],
    [4, 4, 28, 28].map((side) => side / 8),
  );
});
