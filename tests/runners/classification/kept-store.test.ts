import assert from 'node:assert/strict';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { RandomStream } from '../../../common/random.ts';
import { provenOutputs } from '../../../runners/classification/kept/proof.ts';
import {
  OutputStore,
  pictureBytes,
  type StoreOptions,
} from '../../../runners/classification/kept/store.ts';
import { cutAt, viewCount, viewNumber } from '../../../runners/classification/kept/views.ts';
import { drawCut } from '../../../runners/data/batch.ts';

const shape = { pictures: 10, views: 18, width: 4 };
const options = (folder: string, changes: Partial<StoreOptions> = {}): StoreOptions => ({
  ...{ folder, key: { teacher: 'resnet8', weights: 'a' }, limitBytes: 2 ** 20, ...shape },
  ...changes,
});
const newFolder = () => mkdtempSync(join(tmpdir(), 'redistill-store-'));
const entry = (first: number) => Float32Array.of(first, -0, Number.NaN, 1e-42);
const homeOf = (folder: string) => {
  const [home] = readdirSync(folder).filter((name) => /^[0-9a-f]{16}$/.test(name));
  return join(folder, home as string);
};

it('an entry is what was written at its place, in this process and another', () => {
  const folder = newFolder();
  const [one, other] = [OutputStore.open(options(folder)), OutputStore.open(options(folder))];
  const into = new Float32Array(4).fill(9);
  assert.equal(one.read(3, 17, into), 'absent');
  assert.deepEqual(into, new Float32Array(4).fill(9));
  one.write(3, 17, entry(1));
  one.write(9, 0, entry(2));
  assert.equal(other.read(3, 17, into), 'kept');
  assert.deepEqual(into, entry(1));
  assert.equal(other.read(4, 0, into), 'absent', 'a hole is no entry');
  one.close();
  other.close();
});

it('a damaged, a torn and a misplaced entry are none', () => {
  const folder = newFolder();
  const store = OutputStore.open(options(folder));
  for (const picture of [0, 1, 2]) store.write(picture, 0, entry(picture));
  const file = join(homeOf(folder), 'entries.bin');
  const bytes = readFileSync(file);
  const slot = 16 + 16;
  const at = (picture: number) => picture * 18 * slot;
  bytes.writeUInt8(bytes.readUInt8(at(0) + 20) ^ 1, at(0) + 20);
  bytes.copy(bytes, at(1), at(2), at(2) + slot);
  writeFileSync(file, bytes.subarray(0, at(2) + slot - 3));
  const into = new Float32Array(4);
  assert.equal(store.read(0, 0, into), 'damaged');
  assert.equal(store.read(1, 0, into), 'damaged');
  assert.equal(store.read(2, 0, into), 'absent');
  store.write(0, 0, entry(7));
  assert.equal(store.read(0, 0, into), 'kept');
  store.close();
});

it('a disk that is full ends the writing and says so, and nothing else', () => {
  const folder = newFolder();
  const first = OutputStore.open(options(folder));
  first.write(0, 0, entry(1));
  first.close();
  const file = join(homeOf(folder), 'entries.bin');
  rmSync(file);
  symlinkSync('/dev/full', file);
  const store = OutputStore.open(options(folder));
  assert.equal(store.closedBecause, null);
  store.write(0, 1, entry(2));
  assert.match(store.closedBecause ?? '', /ENOSPC: no space left/);
  // A training goes on: nothing is thrown, and nothing more is tried.
  store.write(0, 2, entry(3));
  store.close();
});

it('entries of another key are not found', () => {
  const folder = newFolder();
  const store = OutputStore.open(options(folder));
  store.write(0, 0, entry(1));
  const other = OutputStore.open(options(folder, { key: { teacher: 'resnet8', weights: 'b' } }));
  assert.equal(other.read(0, 0, new Float32Array(4)), 'absent');
  store.close();
  other.close();
});

it('the limit bounds all stores together, and what is long unused makes room', () => {
  const folder = newFolder();
  const limitBytes = 12 * pictureBytes(shape);
  const first = OutputStore.open(options(folder, { limitBytes }));
  assert.equal(first.room, 10);
  first.write(9, 17, entry(1));
  const old = homeOf(folder);
  const key = { teacher: 'resnet8', weights: 'b' };
  const second = OutputStore.open(options(folder, { limitBytes, key }));
  assert.equal(second.room, 2, 'the first is in use');
  second.write(5, 0, entry(1));
  assert.equal(second.read(5, 0, new Float32Array(4)), 'absent', 'beyond the room');
  second.close();
  utimesSync(join(old, 'store.json'), 1, 1);
  const third = OutputStore.open(options(folder, { limitBytes, key }));
  assert.equal(third.room, 10);
  assert.equal(statSync(old, { throwIfNoEntry: false }), undefined);
  third.close();
  first.close();
});

it('a store whose description is damaged is made anew', () => {
  const folder = newFolder();
  const store = OutputStore.open(options(folder));
  store.write(0, 0, entry(1));
  store.close();
  writeFileSync(join(homeOf(folder), 'store.json'), '{"formatVersion": 1, "key": 3');
  const again = OutputStore.open(options(folder));
  assert.equal(again.read(0, 0, new Float32Array(4)), 'absent');
  again.close();
});

it('every view has a number of its own', () => {
  const augmentation = { crop: { padding: 4 }, flip: true };
  assert.equal(viewCount(augmentation), 162);
  const seen = new Set<number>();
  for (let position = 0; position < 5000; position += 1) {
    const cut = cutAt(1, 1, position, augmentation);
    const stream = RandomStream.named(1, `augment/1/${position}`);
    assert.deepEqual(cut, drawCut(stream, augmentation));
    seen.add(viewNumber(cut, augmentation));
  }
  assert.deepEqual([seen.size, Math.min(...seen), Math.max(...seen)], [162, 0, 161]);
  assert.equal(viewCount({ crop: null, flip: false }), 1);
  assert.equal(viewCount({ crop: null, flip: true }), 2);
});

const pictures = Float32Array.from({ length: 8 * 3 }, (_, at) => at);
const sums = (images: Float32Array, size: number) =>
  Float32Array.from({ length: size }, (_, row) =>
    images.subarray(3 * row, 3 * row + 3).reduce((sum, value) => sum + value, 0),
  );
const tried = (outputs: typeof sums, others: readonly number[] = [1]) =>
  provenOutputs({ images: pictures, batch: 4, others, outputs });

it('a network whose bits depend on place, company or size of a batch is not taken', () => {
  assert.deepEqual(tried(sums), sums(pictures, 4));
  assert.match(
    String(tried((images, size) => sums(images, size).map((v, row) => (row === 3 ? v + 1 : v)))),
    /place/,
  );
  const company = (images: Float32Array, size: number) =>
    sums(images, size).map((value, row, all) => value + 1e-7 * (all[(row + 1) % size] as number));
  assert.match(String(tried(company)), /place/);
  const small = (images: Float32Array, size: number) =>
    sums(images, size).map((value) => (size === 1 ? value + 1 : value));
  assert.match(String(tried(small)), /a batch of 1 are others than in one of 4/);
  assert.deepEqual(tried(small, []), sums(pictures, 4));
});
