import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bitmapOf, decodeCounts } from '../../../runners/data/coco/rle.ts';
import {
  generateScenes,
  loadScenes,
  sceneAnnotations,
  sceneFolder,
  sceneHash,
  sceneLabels,
  sceneSizes,
} from '../../../runners/data/embedded/scenes.ts';
import { loadDenseDataset } from '../../../runners/data/registry.ts';
import { temporaryFolder } from '../../results/temporary.ts';

const small = sceneSizes.small;
const train = generateScenes('train', small.train);

test('the generated scenes are these bytes on every machine', () => {
  assert.equal(sceneHash(train, generateScenes('test', small.test)), small.hash);
});

test('a smaller split is a prefix of a larger one, and the test split is another one', () => {
  const two = generateScenes('train', 2);
  assert.deepEqual(two.pictures, train.pictures.slice(0, two.pictures.length));
  assert.deepEqual(two.owners, train.owners.slice(0, two.owners.length));
  assert.notDeepEqual(generateScenes('test', 2).pictures, two.pictures);
});

test('boxes, areas and label maps are exactly those of the masks', () => {
  const { annotations, images } = sceneAnnotations(train);
  const labels = sceneLabels(train);
  const painted = new Uint8Array(labels.length);
  for (const { bbox, area, segmentation, imageId, categoryId } of annotations) {
    const { counts } = segmentation as { counts: string };
    const mask = bitmapOf({ height: 128, width: 128, counts: decodeCounts(counts) });
    const inside = [...mask.keys()].filter((at) => mask[at] === 1);
    const xs = inside.map((at) => at % 128);
    const ys = inside.map((at) => (at - (at % 128)) / 128);
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    assert.deepEqual(bbox, [left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1]);
    assert.equal(area, inside.length);
    for (const at of inside) {
      const place = (imageId - 1) * 128 * 128 + at;
      assert.equal(painted[place], 0, 'masks do not overlap');
      painted[place] = categoryId;
    }
  }
  assert.deepEqual(painted, labels);
  assert.equal(images.length, small.train);
});

test('scenes hold several objects, hidden ones too, of every category and size', () => {
  const { annotations, images, categories } = sceneAnnotations(train);
  const perScene = images.map(
    ({ id }) => annotations.filter(({ imageId }) => imageId === id).length,
  );
  assert.ok(perScene.every((count) => count >= 1 && count <= 6));
  assert.ok(perScene.some((count) => count >= 4));
  const used = new Set(annotations.map(({ categoryId }) => categoryId));
  assert.equal(used.size, categories.length);
  const areas = annotations.map(({ area }) => area);
  assert.ok(areas.some((area) => area < 32 * 32) && areas.some((area) => area >= 32 * 32));
  assert.ok(areas.every((area) => area >= 40));
});

test('the second load comes from the cache, and a damaged cache is made again', (t) => {
  const cache = temporaryFolder(t);
  const first = loadScenes(cache, small);
  const notices: string[] = [];
  const notice = (line: string) => void notices.push(line);
  assert.deepEqual(loadScenes(cache, small, notice), first);
  assert.equal(notices.length, 0);
  const folder = sceneFolder(cache, small);
  writeFileSync(join(folder, 'train.owners'), 'x');
  assert.deepEqual(loadScenes(cache, small, notice), first);
  assert.equal(notices.length, 1);
  assert.equal(readdirSync(folder).length, 6);
  assert.throws(() => loadScenes(cache, { ...small, test: 3 }), { code: 'DATA_EMBEDDED' });
});

test('scenes serve detection and segmentation', async (t) => {
  const environment = { REDISTILL_CACHE: temporaryFolder(t) };
  const data = await loadDenseDataset('embedded-scenes-small', { environment });
  assert.equal(data.hash, small.hash);
  assert.deepEqual(data.labelClasses, ['background', ...data.classes]);
  assert.equal(data.train.objects?.labels.length, data.annotations?.train.annotations.length);
  assert.equal(data.test.pictures.length, small.test);
});
