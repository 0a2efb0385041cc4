import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exactExp } from '../../../common/exact-exp.ts';
import { RandomStream } from '../../../common/random.ts';
import { createLoader, type LoaderOptions } from '../../../runners/data/loader.ts';
import { loaderThreads } from '../../../runners/data/loader-threads.ts';
import { allocatePictures } from '../../../runners/data/picture-set.ts';
import { inMemory, viewOf } from '../../../runners/data/views/batch.ts';
import { testView, trainingView } from '../../../runners/data/views/input.ts';
import { randomRegion } from '../../../runners/data/views/regions.ts';

const pictures = allocatePictures(23, 20, 14);
pictures.pixels.forEach((_, index) => {
  pictures.pixels[index] = (index * 2654435761) >>> 8;
});
pictures.labels.forEach((_, index) => {
  pictures.labels[index] = index % 3;
});
const input = { kind: 'random-resized-crop', size: 12, resize: 13 } as const;
const strong = { kind: 'rand-augment', operations: 2, cutout: 0.5 } as const;

const options = (changes: Partial<LoaderOptions> = {}): LoaderOptions => ({
  pictures,
  normalisation: { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25], source: 'test' },
  batchSize: 5,
  dropLast: false,
  augmentation: { crop: null, flip: true, strong },
  input,
  seed: 7,
  ...changes,
});

/** The bytes of an epoch's batches. */
async function epochOf(given: LoaderOptions, epoch: number, fromStep = 0) {
  const loader = createLoader(given);
  const found = [];
  for await (const { images, labels, indices, strong: second } of loader.epoch(epoch, fromStep)) {
    assert.ok(images instanceof Uint8Array);
    found.push({
      images: Buffer.from(images).toString('hex'),
      strong: second === undefined ? null : Buffer.from(second as Uint8Array).toString('hex'),
      labels: [...labels],
      indices: [...indices],
    });
  }
  await loader.close();
  return found;
}

test('batches are the same bytes with any number of threads, prefetch and first step', async () => {
  const one = await epochOf(options(), 3);
  assert.equal(one.length, 5);
  assert.equal(one[0]?.images.length, 2 * 5 * 12 * 12 * 3);
  assert.equal(one[4]?.labels.length, 3);
  for (const changes of [{ threads: 2 }, { threads: 3, prefetch: 1 }]) {
    assert.deepEqual(await epochOf(options(changes), 3), one);
  }
  assert.deepEqual(await epochOf(options({ threads: 3 }), 3, 2), one.slice(2));
  assert.notDeepEqual(await epochOf(options({ seed: 8 }), 3), one);
});

test('an epoch that was left does not write into the next one', async () => {
  const expected = await epochOf(options(), 2);
  const loader = createLoader(options({ threads: 3, prefetch: 2 }));
  for (let round = 0; round < 5; round += 1) {
    for await (const _ of loader.epoch(50 + round)) break;
    const images = [];
    for await (const batch of loader.epoch(2)) {
      images.push(Buffer.from(batch.images as Uint8Array).toString('hex'));
    }
    assert.deepEqual(
      images,
      expected.map((batch) => batch.images),
    );
  }
  await loader.close();
});

const memory = () => inMemory({ pixels: pictures.pixels.subarray(0, 840), height: 20, width: 14 });

test('a view is drawn by the name of its picture alone; evaluations draw nothing', async () => {
  const recipe = { seed: 7, input, augmentation: { crop: null, flip: false } };
  const picture = memory();
  const stream = () => RandomStream.named(7, 'augment/1/4');
  assert.deepEqual(
    await viewOf(picture, recipe, 'augment/1/4'),
    await trainingView(picture, input, stream()),
  );
  assert.deepEqual(
    await viewOf(picture, { ...recipe, seed: null }, 'augment/1/4'),
    await testView(picture, input),
  );
  const tests = await epochOf(options({ seed: null, threads: 2 }), 1);
  assert.deepEqual(
    tests.flatMap(({ indices }) => indices),
    [...Array(23).keys()],
  );
  assert.equal(tests[0]?.strong, null);
  assert.deepEqual(await epochOf(options({ seed: null }), 9), tests);
});

test('random interpolation takes both filters, and the test takes what it is told', async () => {
  const picture = memory();
  const bytes = (given: typeof input & { interpolation?: 'bilinear' | 'bicubic' | 'random' }) =>
    Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const stream = RandomStream.named(index, 'augment/1/1');
        return Buffer.from((await trainingView(picture, given, stream)).pixels).toString('hex');
      }),
    );
  const [linear, cubic, either] = (await Promise.all(
    (['bilinear', 'bicubic', 'random'] as const).map((interpolation) =>
      bytes({ ...input, interpolation }),
    ),
  )) as [string[], string[], string[]];
  const which = either.map((view, index) => [linear[index] === view, cubic[index] === view]);
  assert.ok(which.every(([first, second]) => first || second));
  assert.ok(which.some(([first]) => !first) && which.some(([, second]) => !second));
  const seen = (more: object) => testView(picture, { ...input, ...more });
  assert.deepEqual(await seen({ interpolation: 'random' }), await seen({}));
  assert.deepEqual(
    await seen({ testInterpolation: 'bicubic' }),
    await seen({ interpolation: 'bicubic' }),
  );
  assert.notDeepEqual(await seen({ interpolation: 'bicubic' }), await seen({}));
});

test('a padded crop acts on the view, so that pictures of any size can have it', async () => {
  const picture = memory();
  const squashed = { kind: 'random-crop', size: 12, resize: 12 } as const;
  const padded = { seed: 7, input: squashed, augmentation: { crop: { padding: 4 }, flip: false } };
  const views = await Promise.all(
    Array.from({ length: 20 }, (_, index) => viewOf(picture, padded, `augment/1/${index}`)),
  );
  assert.ok(views.every(({ pixels }) => pixels.length === 12 * 12 * 3));
  assert.ok(new Set(views.map(({ pixels }) => Buffer.from(pixels).toString('hex'))).size > 10);
  assert.ok(views.some(({ pixels }) => pixels.includes(0)));
});

test('the test view of a very long picture is made without the rest of it', async () => {
  for (const [height, width] of [
    [1, 60_000],
    [60_000, 1],
  ] as const) {
    const pixels = new Uint8Array(3 * height * width).map((_, at) => Math.floor(at / 3) % 256);
    const source = inMemory({ pixels, height, width });
    for (const kind of ['random-resized-crop', 'random-crop'] as const) {
      const view = await testView(source, { kind, size: 224, resize: 256 });
      assert.deepEqual([view.height, view.width], [224, 224]);
      if (kind === 'random-crop') continue;
      // The middle of a ramp from 0 to 255 that is repeated: pixel 30,000 is in the middle.
      const middle = view.pixels[3 * (112 * 224 + 112)] as number;
      assert.ok(Math.abs(middle - (30_000 % 256)) <= 1, `${middle}`);
    }
  }
});

test('shares of the area are drawn uniformly, side ratios uniformly in their logarithm', () => {
  const stream = RandomStream.named(1, 'augment/1/1');
  const size = { height: 1000, width: 1000 };
  const regions = Array.from({ length: 4000 }, () =>
    randomRegion(size, [0.2, 0.4], [0.5, 2], stream),
  );
  const mean = (value: (region: (typeof regions)[number]) => number) =>
    regions.reduce((sum, region) => sum + value(region), 0) / regions.length;
  assert.ok(Math.abs(mean(({ width, height }) => (width * height) / 1e6) - 0.3) < 0.005);
  assert.ok(Math.abs(mean(({ width, height }) => Math.log(width / height))) < 0.03);
});

test('exponentials need no library of the machine', () => {
  for (const power of [0, 1e-12, 0.287682, -0.287682, 1, -1, 5.5, -20, 30]) {
    assert.ok(Math.abs(exactExp(power) / Math.exp(power) - 1) < 1e-14, String(power));
  }
});

test('as many threads as TensorFlow has', () => {
  assert.equal(loaderThreads({ TF_NUM_INTRAOP_THREADS: '3' }), 3);
  assert.equal(loaderThreads({ TF_NUM_INTRAOP_THREADS: '1', REDISTILL_LOADER_THREADS: '2' }), 2);
  assert.ok(loaderThreads({}) >= 1);
  assert.ok(loaderThreads({ TF_NUM_INTRAOP_THREADS: '0' }) >= 1);
  assert.equal(loaderThreads({ TF_NUM_INTRAOP_THREADS: '3', REDISTILL_LOADER_THREADS: '' }), 3);
  for (const nonsense of ['two', '0', '-1', '1.5', '1e3', '99999999', ' ']) {
    assert.throws(
      () => loaderThreads({ TF_NUM_INTRAOP_THREADS: '1', REDISTILL_LOADER_THREADS: nonsense }),
      { code: 'LOADER_THREADS', message: new RegExp(`it is "${nonsense}"`) },
    );
  }
});
