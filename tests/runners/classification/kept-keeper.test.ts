import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { OutputKeeper } from '../../../runners/classification/kept/keeper.ts';
import { OutputStore } from '../../../runners/classification/kept/store.ts';
import { allocatePictures } from '../../../runners/data/picture-set.ts';

/*
 * A keeper whose network is the first value of a picture: every picture has one colour, and is
 * shown in one view.
 */

const [batchSize, count, side] = [4, 12, 2];
const values = side * side * 3;

const pictures = allocatePictures(count, side, side);
for (let picture = 0; picture < count; picture += 1) {
  pictures.pixels.fill(10 * picture, picture * values, (picture + 1) * values);
}

function openKeeper(folder: string, computed: Float32Array[] = []): OutputKeeper {
  const shape = { pictures: count, views: 1, width: 1 };
  return new OutputKeeper({
    store: OutputStore.open({ ...shape, folder, key: {}, limitBytes: 2 ** 20 }),
    passes: {
      outputs(images, size) {
        computed.push(images.slice());
        return Float32Array.from({ length: size }, (_, slot) => images[slot * values] as number);
      },
      dispose() {},
    },
    recipe: { batchSize, dropLast: true, augmentation: { crop: null, flip: false } },
    normalisation: { mean: [0, 0, 0], std: [1, 1, 1], source: 'none' },
    ...{ pictures, seed: 1, width: 1 },
  });
}

/** A folder with a store that has every entry. */
function filled(): string {
  const folder = mkdtempSync(join(tmpdir(), 'redistill-keeper-'));
  const keeper = openKeeper(folder);
  for (const step of [0, 1, 2]) keeper.outputsOf({ place: { pass: 1, step }, size: batchSize });
  keeper.close();
  return folder;
}

it('a training that finds everything says that its store is in use', () => {
  const folder = filled();
  const computed: Float32Array[] = [];
  const keeper = openKeeper(folder, computed);
  const [store] = readdirSync(folder);
  const manifest = join(folder, store as string, 'store.json');
  utimesSync(manifest, 1, 1);
  keeper.outputsOf({ place: { pass: 1, step: 0 }, size: batchSize });
  assert.deepEqual(computed, []);
  assert.ok(Date.now() - statSync(manifest).mtimeMs < 60_000);
  keeper.close();
});

it('a network is tried on two batches of different pictures where the store has all', () => {
  const computed: Float32Array[] = [];
  const keeper = openKeeper(filled(), computed);
  assert.equal(keeper.prove([]), null);
  const [, ...moved] = computed;
  const shown = moved.flatMap((images) =>
    Array.from({ length: batchSize }, (_, slot) => images[slot * values]),
  );
  assert.equal(new Set(shown).size, 2 * batchSize);
  keeper.close();
});
