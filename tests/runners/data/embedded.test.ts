import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fineClasses } from '../../../runners/data/embedded/classes.ts';
import { generateSplit } from '../../../runners/data/embedded/generate.ts';
import { direction, hueColour, sine } from '../../../runners/data/embedded/integers.ts';
import {
  embeddedFolder,
  embeddedNormalisation,
  embeddedSizes,
  loadEmbedded,
} from '../../../runners/data/embedded/load.ts';
import { measureChannels } from '../../../runners/data/normalisation.ts';
import { datasetIdentity, loadDataset } from '../../../runners/data/registry.ts';
import { temporaryFolder } from '../../results/temporary.ts';

const small = embeddedSizes.small;

test('the generated pictures are these bytes on every machine', () => {
  const { pixels } = generateSplit('train', small.trainPerClass);
  const digest = createHash('sha256').update(pixels).digest('hex');
  assert.equal(digest, 'df426e7c0f25cd2d8f09df93793cf4d28a7bd7e22c77a2ad1ba1b2f1cfafe078');
});

test('a smaller split is a prefix of a larger one, and the test split is another one', () => {
  const two = generateSplit('train', 2);
  const one = generateSplit('train', 1);
  assert.deepEqual(one.pixels, two.pixels.slice(0, one.pixels.length));
  assert.deepEqual([...one.labels], [...fineClasses.keys()]);
  assert.notDeepEqual(generateSplit('test', 1).pixels, one.pixels);
});

test('100 classes lie in 20 groups of five, each with its own attributes', () => {
  assert.equal(fineClasses.length, 100);
  assert.equal(new Set(fineClasses.map((fine) => fine.name)).size, 100);
  for (let group = 0; group < 20; group += 1) {
    const members = fineClasses.slice(5 * group, 5 * group + 5);
    assert.ok(members.every((fine) => fine.group === group));
    const looks = members.map((fine) => `${fine.shape} ${fine.texture} ${fine.accent}`);
    assert.equal(new Set(looks).size, 5);
  }
  const kinds = fineClasses.map((fine) => `${fine.family} ${fine.weave}`);
  assert.equal(new Set(kinds).size, 20);
});

test('integer sine and direction are the real ones, as near as their tables allow', () => {
  for (let angle = -300; angle < 600; angle += 1) {
    assert.ok(Math.abs(sine(angle) - 16384 * Math.sin((angle * Math.PI) / 128)) <= 0.51);
  }
  for (let step = 0; step < 500; step += 1) {
    const angle = (step / 500) * 2 * Math.PI;
    const found = direction(Math.round(9000 * Math.cos(angle)), Math.round(9000 * Math.sin(angle)));
    const error = Math.abs(found - (step / 500) * 4096);
    assert.ok(Math.min(error, 4096 - error) < 5, `step ${step}: ${found}`);
  }
});

test('hues go round from red by green and blue', () => {
  const channels = (hue: number) => {
    const colour = hueColour(hue, 255, 200);
    return [colour >> 16, (colour >> 8) & 255, colour & 255];
  };
  assert.deepEqual(channels(0), [200, 0, 0]);
  assert.deepEqual(channels(512), [0, 200, 0]);
  assert.deepEqual(channels(1024 - 1536), [0, 0, 200]);
});

test('the second load comes from the cache, and a damaged cache is made again', async (t) => {
  const cache = temporaryFolder(t);
  const first = await loadEmbedded(cache, small);
  const folder = embeddedFolder(cache, small);
  assert.deepEqual(readdirSync(join(cache, 'data')), [
    folder.slice(join(cache, 'data').length + 1),
  ]);
  const notices: string[] = [];
  const second = await loadEmbedded(cache, small, (message) => notices.push(message));
  assert.equal(notices.length, 0);
  assert.deepEqual(second.train.pixels, first.train.pixels);

  const pixels = join(folder, 'train.pixels');
  const damage = [
    () => truncateSync(pixels, 1000),
    () => appendFileSync(pixels, 'x'),
    () => truncateSync(join(folder, 'set.json'), 40),
  ];
  for (const [index, harm] of damage.entries()) {
    harm();
    const again = await loadEmbedded(cache, small, (message) => notices.push(message));
    assert.equal(again.hash, small.hash);
    assert.equal(notices.length, index + 1);
    assert.equal(readFileSync(pixels).length, first.train.pixels.length);
  }
  assert.match(notices[0] as string, /train\.pixels has 1000 bytes instead of/);
});

test('a generator that makes other pictures than it should is refused', async (t) => {
  const other = { ...small, testPerClass: 1 };
  await assert.rejects(loadEmbedded(temporaryFolder(t), other), { code: 'DATA_EMBEDDED' });
});

test('identity and data agree, without any file for the identity', async (t) => {
  const environment = { REDISTILL_CACHE: temporaryFolder(t) };
  const identity = await datasetIdentity('embedded-small', { environment });
  assert.deepEqual(readdirSync(environment.REDISTILL_CACHE), []);
  const data = await loadDataset('embedded-small', { environment });
  assert.equal(data.hash, identity.hash);
  assert.equal(data.classes.length, 100);
  assert.equal(data.test.count, 300);
  assert.equal(data.normalisation, embeddedNormalisation);
});

test('the pinned channel statistics are those of the pictures', () => {
  const { mean, std } = embeddedNormalisation;
  assert.deepEqual(measureChannels(generateSplit('train', 64)), { mean, std });
});
