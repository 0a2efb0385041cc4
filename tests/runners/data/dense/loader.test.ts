import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PhotometricRecipe } from '../../../../contract/spec.ts';
import { rleOfBitmap } from '../../../../runners/data/coco/rle.ts';
import { assembleBatch, type DenseBatch } from '../../../../runners/data/dense/batch.ts';
import { planEpoch, shapeBuckets } from '../../../../runners/data/dense/epoch-plan.ts';
import {
  createDenseLoader,
  type DenseLoaderOptions,
} from '../../../../runners/data/dense/loader.ts';
import type { MaskTable } from '../../../../runners/data/dense/types.ts';
import { retinaMaker } from '../../../../runners/detection/families/retinanet/maker.ts';
import type { RetinaTargets } from '../../../../runners/detection/families/retinanet/targets.ts';
import { rcnnMaker } from '../../../../runners/detection/parts/two-stage/maker.ts';
import { blockAt, blockSplit } from './trees.ts';

const normalisation = { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] } as const;

const options = (changes: Partial<DenseLoaderOptions> = {}): DenseLoaderOptions => ({
  split: blockSplit(23),
  batchSize: 4,
  dropLast: false,
  seed: 7,
  normalisation,
  scales: [[64, 64]],
  flip: true,
  crop: null,
  buckets: [[64, 64]],
  withoutEmpty: false,
  ...changes,
});

async function read(batches: AsyncIterable<DenseBatch>, most = Number.POSITIVE_INFINITY) {
  const all: DenseBatch[] = [];
  for await (const batch of batches) {
    all.push(batch);
    if (all.length === most) break;
  }
  return all;
}

/** The same epoch without a thread. */
function direct(given: DenseLoaderOptions, epoch: number, masks: MaskTable | null = null) {
  return Promise.all(
    planEpoch(given.split, given, epoch).map((planned, step) =>
      assembleBatch(given.split, masks, given, epoch, step, planned),
    ),
  );
}

test('the thread gives what the pure function gives, from any step and however it is made', async () => {
  for (const [prefetch, threads] of [
    [1, 1],
    [3, 1],
    [1, 2],
    [2, 3],
  ] as const) {
    const given = options({ prefetch, threads });
    const loader = createDenseLoader(given);
    assert.equal(loader.batchesPerEpoch, 6);
    assert.deepEqual(await read(loader.epoch(1)), await direct(given, 1));
    await read(loader.epoch(2), 2);
    assert.deepEqual(await read(loader.epoch(3, 4)), (await direct(given, 3)).slice(4));
    await loader.close();
  }
});

test('colours are changed in training alone, by seed and epoch, and nothing else is', async () => {
  const distortion: PhotometricRecipe = {
    kind: 'photometric',
    brightness: 32,
    contrast: [0.5, 1.5],
    saturation: [0.5, 1.5],
    hue: 18,
  };
  const plain = options({ crop: { size: [32, 32], ratio: [0.5, 2], largestShare: 1 } });
  const given = { ...plain, distortion };
  const loader = createDenseLoader(given);
  const [changed, before] = [await read(loader.epoch(2)), await direct(plain, 2)];
  await loader.close();
  assert.deepEqual(changed, await direct(given, 2));
  const without = (batches: readonly DenseBatch[]) => batches.map(({ images: _, ...rest }) => rest);
  assert.deepEqual(without(changed), without(before));
  const different = changed.filter(({ images }, step) =>
    images.some((value, at) => value !== before[step]?.images[at]),
  );
  assert.ok(different.length > 3);
  const other = await direct(given, 3);
  assert.notDeepEqual(
    changed.map(({ images }) => images),
    other.map(({ images }) => images),
  );
  // A test set has no seed.
  const tested = { ...given, seed: null, crop: null, flip: false };
  const still = await direct({ ...tested, distortion: null }, 1);
  assert.deepEqual(await direct(tested, 1), still);
});

test('every picture comes once an epoch, in another order each epoch and seed', async () => {
  const orders = [];
  for (const [seed, epoch] of [
    [7, 1],
    [7, 2],
    [8, 1],
  ] as const) {
    const batches = await direct(options({ seed }), epoch);
    orders.push(batches.flatMap(({ pictures }) => pictures.map(({ index }) => index)));
  }
  for (const order of orders) {
    assert.deepEqual(
      order.toSorted((a, b) => a - b),
      [...Array(23).keys()],
    );
  }
  assert.equal(new Set(orders.map(String)).size, 3);
  assert.equal(planEpoch(blockSplit(23), options({ dropLast: true }), 1).length, 5);
  assert.equal(planEpoch(blockSplit(23, true), options({ withoutEmpty: true }), 1).length, 0);
});

test('boxes, masks and label maps go where their pixels go', async () => {
  const given = options();
  // The mask of every object is its block.
  const bitmaps = given.split.pictures.map((_, index) => {
    const [x1, y1, x2, y2] = blockAt(index);
    return Uint8Array.from({ length: 32 * 24 }, (_, at) => {
      const [x, y] = [at % 32, Math.trunc(at / 32)];
      return x >= x1 && x < x2 && y >= y1 && y < y2 ? 1 : 0;
    });
  });
  const runs = bitmaps.map((bitmap) => [...rleOfBitmap(bitmap, 24, 32).counts]);
  const starts = [0, ...runs.map((_, index) => runs.slice(0, index + 1).flat().length)];
  const masks = { starts: Float64Array.from(starts), counts: Uint32Array.from(runs.flat()) };
  let flips = 0;
  for (const batch of await direct(given, 1, masks)) {
    batch.pictures.forEach((picture, slot) => {
      assert.deepEqual(picture.imgShape, [48, 64]);
      assert.deepEqual(picture.padShape, [64, 64]);
      assert.deepEqual(picture.scaleFactor, [2, 2]);
      const [x1, y1, x2, y2] = blockAt(picture.index).map((value) => value * 2) as [
        number,
        number,
        number,
        number,
      ];
      const expected = picture.flipped ? [64 - x2, y1, 64 - x1, y2] : [x1, y1, x2, y2];
      assert.deepEqual([...picture.boxes], expected);
      if (picture.flipped) flips += 1;
      const [left, top, right, bottom] = expected as [number, number, number, number];
      for (let y = 0; y < 64; y += 1) {
        for (let x = 0; x < 64; x += 1) {
          const at = (slot * 64 + y) * 64 + x;
          const inside = x >= left && x < right && y >= top && y < bottom;
          const label = y >= 48 ? 255 : inside ? 1 : 0;
          assert.equal(batch.labelMaps?.[at], label);
          if (y < 48) assert.equal(picture.masks?.[0]?.[y * 64 + x], inside ? 1 : 0);
          // Half-way between black and white lies the edge.
          assert.equal((batch.images[at * 3] as number) > 127.5, inside);
        }
      }
    });
  }
  assert.ok(flips > 4 && flips < 19, `${flips} of 23 flipped`);
});

test('without a seed pictures come in order, as they are, in arrays for whole batches', async () => {
  const batches = await direct(options({ seed: null }), 1);
  assert.deepEqual(
    batches.flatMap(({ pictures }) => pictures.map(({ id }) => id)),
    Array.from({ length: 23 }, (_, index) => 100 + index),
  );
  assert.ok(batches.every(({ pictures }) => pictures.every(({ flipped }) => !flipped)));
  const last = batches.at(-1);
  assert.deepEqual([last?.size, last?.images.length], [3, 4 * 64 * 64 * 3]);
});

test('pictures of one shape share a bucket', () => {
  const pictures = [
    [480, 640],
    [640, 480],
    [500, 500],
    [300, 900],
  ].map(([height, width], id) => ({ id, name: `${id}`, height, width }) as never);
  const buckets = shapeBuckets(pictures, [[1333, 800]]);
  assert.deepEqual(buckets, [
    [800, 1344],
    [1088, 800],
  ]);
  assert.deepEqual(shapeBuckets(pictures, [[320, 320]]), [[320, 320]]);
  const split = { ...blockSplit(4), pictures, objects: null };
  const planned = planEpoch(
    split,
    options({ split, buckets, scales: [[1333, 800]], batchSize: 2 }),
    1,
  );
  assert.deepEqual(planned.map(({ bucket, indices }) => [bucket[0], indices.length]).sort(), [
    [1088, 2],
    [800, 2],
  ]);
  const small = options({ split, buckets: [[64, 64]], scales: [[1333, 800]] });
  assert.throws(() => createDenseLoader(small), { code: 'DATA_BUCKET' });
});

test('crops have one size and look for more than one class', async () => {
  const crop = { size: [16, 16], ratio: [0.5, 2], largestShare: 0.75 } as const;
  const split = blockSplit(40);
  const batches = await direct(options({ crop, split }), 1);
  for (const { height, width, pictures } of batches) {
    assert.deepEqual([height, width], [16, 16]);
    for (const { imgShape, boxes } of pictures) {
      assert.ok(imgShape[0] <= 16 && imgShape[1] <= 16);
      assert.equal(boxes.length, 0);
    }
  }
  const plain = await direct(options({ crop: { ...crop, largestShare: 1 }, split }), 1);
  const [varied, any] = [variedCrops(batches), variedCrops(plain)];
  assert.ok(varied > any + 5, `${varied} crops with two classes, ${any} without looking for them`);
});

/** Crops in which the block has a quarter to three quarters of the pixels. */
function variedCrops(batches: readonly DenseBatch[]): number {
  return batches
    .flatMap(({ labelMaps, pictures }) =>
      pictures.map((_, slot) => labelMaps?.subarray(slot * 256, (slot + 1) * 256) ?? []),
    )
    .filter((map) => {
      const counted = [...map].filter((label) => label !== 255);
      const share = counted.filter((label) => label === 1).length / counted.length;
      return share > 0.25 && share < 0.75;
    }).length;
}

test('targets are made in the thread, in fixed shapes', async () => {
  const strides = [8, 16];
  const anchors = (8 * 8 + 4 * 4) * 9;
  const retina = retinaMaker({ classes: 3, batchSize: 4, strides, octaveBaseScale: 2 });
  const loader = createDenseLoader(options({ targets: retina }));
  for (const { targets, size } of await read(loader.epoch(1))) {
    const { labels, boxWeights, normaliser } = targets as unknown as RetinaTargets;
    assert.equal(labels.length, 4 * anchors);
    const positives = boxWeights.reduce((sum, weight) => sum + weight, 0);
    assert.ok(positives >= size);
    assert.equal(normaliser, positives);
  }
  await loader.close();
  const sampler = { num: 16, posFraction: 0.5 };
  const rpn = rcnnMaker({ batchSize: 4, boxes: 8, strides, scales: [2], ...sampler });
  const first = createDenseLoader(options({ targets: rpn }));
  const second = createDenseLoader(options({ targets: rpn, prefetch: 1 }));
  const whole = await read(first.epoch(2));
  assert.deepEqual(await read(second.epoch(2, 3)), whole.slice(3));
  const weights = whole[0]?.targets?.['labelWeights'] as Float32Array;
  assert.equal(
    weights.reduce((sum, weight) => sum + weight, 0),
    4 * 16,
  );
  await first.close();
  await second.close();
});

test('an error of the thread reaches the reader with its sentence, and so does closing', async () => {
  const split = blockSplit(4);
  const missing = {
    ...split,
    source: { kind: 'files', folder: '/nowhere', names: ['a', 'b', 'c', 'd'] },
  } as const;
  const broken = createDenseLoader(options({ split: missing }));
  await assert.rejects(read(broken.epoch(1)), { code: 'LOADER', message: /nowhere/ });
  await broken.close();
  const wrong = { ...split, pictures: split.pictures.map((each) => ({ ...each, width: 33 })) };
  const other = createDenseLoader(options({ split: wrong }));
  await assert.rejects(read(other.epoch(1)), {
    code: 'DATA_PICTURE',
    message: /annotated with 33 x 24/,
  });
  await other.close();
});
