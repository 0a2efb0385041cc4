import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import {
  batchesPerEpoch,
  epochOrder,
  fillBatch,
  normalisationTable,
} from '../../../runners/data/batch.ts';
import { createLoader, type LoaderOptions } from '../../../runners/data/loader.ts';
import { allocatePictures } from '../../../runners/data/picture-set.ts';
import type { Batch, PictureSet } from '../../../runners/data/types.ts';
import { temporaryFolder } from '../../results/temporary.ts';

const size = 5;
const normalisation = {
  mean: [0.5, 0.25, 0.4],
  std: [0.25, 0.5, 0.2],
  source: 'test',
} as const;

function makePictures(count: number): PictureSet {
  const set = allocatePictures(count, size, size);
  set.pixels.forEach((_, index) => {
    set.pixels[index] = 1 + ((index * 2654435761) % 255);
  });
  set.labels.forEach((_, index) => {
    set.labels[index] = index % 3;
  });
  return set;
}

/** What is made for a batch. */
type Made = Omit<Batch, 'place'>;

/** Of pictures in memory. */
type Options = LoaderOptions & { readonly pictures: PictureSet };

const options = (changes: Partial<Options> = {}): Options => ({
  pictures: makePictures(23),
  normalisation,
  batchSize: 4,
  dropLast: false,
  augmentation: { crop: { padding: 2 }, flip: true },
  seed: 7,
  ...changes,
});

/** Copies, since a batch's arrays hold only until the next one. */
async function read(batches: AsyncIterable<Batch>, most = Number.POSITIVE_INFINITY) {
  const copies: Made[] = [];
  for await (const { images, labels, indices, strong, size } of batches) {
    copies.push({
      images: images.slice(),
      labels: labels.slice(),
      indices: indices.slice(),
      ...(strong !== undefined && { strong: strong.slice() }),
      size,
    });
    if (copies.length === most) break;
  }
  return copies;
}

/** The same epoch without a thread. */
function direct(given: Options, epoch: number): Made[] {
  const { pictures, batchSize } = given;
  const order = epochOrder(pictures.count, epoch, given.seed);
  const table = normalisationTable(given.normalisation);
  return Array.from({ length: batchesPerEpoch(pictures.count, given) }, (_, step) => {
    const target = {
      images: new Float32Array(batchSize * size * size * 3),
      strong: new Float32Array(batchSize * size * size * 3),
      labels: new Int32Array(batchSize),
      indices: new Int32Array(batchSize),
    };
    const count = fillBatch(pictures, given, table, order, epoch, step, target);
    return {
      images: target.images.slice(0, count * size * size * 3),
      labels: target.labels.slice(0, count),
      indices: target.indices.slice(0, count),
      ...(given.augmentation.strong !== undefined &&
        given.seed !== null && { strong: target.strong.slice(0, count * size * size * 3) }),
      size: count,
    };
  });
}

test('the thread gives what the pure function gives, whatever the prefetch', async () => {
  for (const prefetch of [1, 2, 5, 20]) {
    const given = options({ prefetch });
    const loader = createLoader(given);
    assert.equal(loader.batchesPerEpoch, 6);
    assert.deepEqual(await read(loader.epoch(1)), direct(given, 1));
    assert.deepEqual(await read(loader.epoch(2)), direct(given, 2));
    await loader.close();
  }
});

test('with two batches held the one before stays as it is while the next one is read', async () => {
  const given = options({ held: 2 });
  const loader = createLoader(given);
  const expected = direct(given, 1);
  let before = null as Batch | null;
  let step = 0;
  for await (const batch of loader.epoch(1)) {
    if (before !== null) {
      const { images, labels, indices }: Batch = before;
      const { images: pixels, labels: classes, indices: places } = expected[step - 1] as Made;
      assert.deepEqual([images, labels, indices], [pixels, classes, places]);
    }
    before = batch;
    step += 1;
  }
  assert.equal(step, expected.length);
  await loader.close();
});

test('an epoch begins at any step, after an epoch was left in its middle', async () => {
  const given = options();
  const loader = createLoader(given);
  for (const epoch of [3, 4, 5, 6]) {
    await read(loader.epoch(epoch + 100), epoch % 3);
    assert.deepEqual(await read(loader.epoch(epoch, 4)), direct(given, epoch).slice(4));
  }
  assert.deepEqual(await read(loader.epoch(1, 6)), []);
  await loader.close();
});

test('every picture comes once an epoch, in another order each epoch and seed', async () => {
  const orders = [
    [7, 1],
    [7, 2],
    [8, 1],
  ].map(([seed, epoch]) => {
    const batches = direct(options({ seed: seed as number }), epoch as number);
    return batches.flatMap((batch) => [...batch.indices]);
  });
  for (const order of orders) {
    assert.deepEqual(
      order.toSorted((a, b) => a - b),
      [...Array(23).keys()],
    );
  }
  assert.equal(new Set(orders.map(String)).size, 3);
  const dropped = direct(options({ dropLast: true }), 1);
  assert.deepEqual(
    dropped.map((batch) => batch.size),
    [4, 4, 4, 4, 4],
  );
});

test('without a seed pictures come in order, only normalised', () => {
  const given = options({ seed: null });
  const [first] = direct(given, 1) as [Batch];
  assert.deepEqual([...first.indices], [0, 1, 2, 3]);
  const expected = Array.from(given.pictures.pixels.subarray(0, 300), (byte, index) =>
    Math.fround(
      (byte / 255 - (normalisation.mean[index % 3] as number)) /
        (normalisation.std[index % 3] as number),
    ),
  );
  assert.deepEqual([...first.images], expected);
});

test('a crop shifts by up to the padding over black, and a flip mirrors', () => {
  const given = options({ pictures: makePictures(200), batchSize: 200 });
  const [batch] = direct(given, 1) as [Batch];
  const values = size * size * 3;
  const seen = new Set<string>();
  for (let slot = 0; slot < 200; slot += 1) {
    const picture = batch.images.subarray(slot * values, (slot + 1) * values);
    const matches = placements().filter(({ x, y, mirrored }) => {
      const index = batch.indices[slot] as number;
      return shifted(given.pictures, index, x, y, mirrored).every(
        (value, at) => Math.abs(value - (picture[at] as number)) < 1e-6,
      );
    });
    assert.equal(matches.length, 1, `picture ${slot}`);
    seen.add(JSON.stringify(matches[0]));
  }
  // 200 draws of 50 placements: a placement that is never drawn is no accident beyond a few.
  assert.ok(seen.size >= 45, `${seen.size} of 50 placements`);
});

function placements() {
  return [-2, -1, 0, 1, 2].flatMap((x) =>
    [-2, -1, 0, 1, 2].flatMap((y) => [true, false].map((mirrored) => ({ x, y, mirrored }))),
  );
}

/** The definition: pad with black, cut at (x, y), mirror, normalise. */
function shifted(set: PictureSet, index: number, x: number, y: number, mirrored: boolean) {
  const at = (row: number, column: number, channel: number) =>
    row < 0 || row >= size || column < 0 || column >= size
      ? 0
      : (set.pixels[((index * size + row) * size + column) * 3 + channel] as number);
  const values: number[] = [];
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const from = mirrored ? size - 1 - column : column;
      for (const channel of [0, 1, 2] as const) {
        const byte = at(row + y, from + x, channel);
        values.push((byte / 255 - normalisation.mean[channel]) / normalisation.std[channel]);
      }
    }
  }
  return values;
}

const twoViews = (operations: number, cutout: number): Partial<Options> => ({
  augmentation: {
    crop: { padding: 2 },
    flip: true,
    strong: { kind: 'rand-augment', operations, cutout },
  },
});

test('a strong view comes with its batch, also for the smaller last one, and leaves the weak view as it is', async () => {
  const given = options(twoViews(2, 0.5));
  const loader = createLoader(given);
  const batches = await read(loader.epoch(2));
  await loader.close();
  assert.deepEqual(batches, direct(given, 2));
  const weakOnly = direct(options(), 2);
  assert.deepEqual(
    batches.map(({ strong, ...weak }) => weak),
    weakOnly,
  );
  for (const { strong, images } of batches) {
    assert.equal(strong?.length, images.length);
    assert.notDeepEqual(strong, images);
  }
});

test('a strong view without operations is another crop of the same picture', () => {
  const given = options(twoViews(0, 0));
  const [batch] = direct(given, 1) as [Batch];
  const values = size * size * 3;
  for (let slot = 0; slot < batch.size; slot += 1) {
    const view = (batch.strong as Float32Array).subarray(slot * values, (slot + 1) * values);
    const found = placements().some(({ x, y, mirrored }) =>
      shifted(given.pictures, batch.indices[slot] as number, x, y, mirrored).every(
        (value, at) => Math.abs(value - (view[at] as number)) < 1e-6,
      ),
    );
    assert.ok(found, `picture ${slot}`);
  }
});

test('without a seed there is no strong view', async () => {
  const loader = createLoader(options({ ...twoViews(2, 0.5), seed: null }));
  const [first] = await read(loader.epoch(1), 1);
  await loader.close();
  assert.equal(first?.strong, undefined);
});

test('an error of the thread reaches the reader, and so does closing', async () => {
  const broken = options();
  const loader = createLoader({ ...broken, normalisation: null as never });
  await assert.rejects(read(loader.epoch(1)), { code: 'LOADER' });
  await loader.close();
  const closed = createLoader(options());
  await closed.close();
  await assert.rejects(read(closed.epoch(1)), { code: 'LOADER', message: /ended/ });
});

test('a reader that waits while another epoch is asked for is told', async () => {
  const loader = createLoader(options());
  const first = read(loader.epoch(1));
  const second = read(loader.epoch(2));
  await assert.rejects(first, { code: 'LOADER', message: /another epoch/ });
  assert.equal((await second).length, 6);
  await loader.close();
});

test('a loader that nobody closed does not keep the process alive', async (t) => {
  const module = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const script = `
    const { createLoader } = await import(${JSON.stringify(module('../../../runners/data/loader.ts'))});
    const { allocatePictures } = await import(${JSON.stringify(module('../../../runners/data/picture-set.ts'))});
    const normalisation = { mean: [0, 0, 0], std: [1, 1, 1], source: 'test' };
    const augmentation = { crop: null, flip: false };
    const loader = createLoader({ pictures: allocatePictures(40, 4, 4), normalisation, augmentation,
      batchSize: 4, dropLast: false, seed: 1 });
    for await (const batch of loader.epoch(1)) { console.log(batch.size); break; }`;
  const file = join(temporaryFolder(t), 'script.mjs');
  writeFileSync(file, script);
  const { stdout } = await execa(process.execPath, ['--no-warnings', file], { timeout: 60_000 });
  assert.equal(stdout, '4');
});

test('impossible options are refused', () => {
  assert.throws(() => createLoader(options({ batchSize: 0 })), /batchSize must be/);
  assert.throws(() => createLoader(options({ prefetch: 0 })), /prefetch must be/);
});
