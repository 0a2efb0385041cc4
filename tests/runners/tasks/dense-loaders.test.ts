import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { shapeBuckets } from '../../../runners/data/dense/epoch-plan.ts';
import type { Scale } from '../../../runners/data/dense/geometry.ts';
import { loadDenseDataset } from '../../../runners/data/registry.ts';
import { denseLoaders } from '../../../runners/tasks/dense/loaders.ts';
import { testOptions } from '../../../runners/tasks/dense/pictures.ts';

const threads = () =>
  process.getActiveResourcesInfo().filter((kind) => /MessagePort|Worker/.test(kind)).length;

test('two readers are there, or none is: no thread outlives a reader that cannot start', async () => {
  const data = await loadDenseDataset('embedded-scenes-small', { folder: null });
  const scale: Scale = [64, 64];
  const sizes = shapeBuckets(data.test.pictures, [scale]);
  const good = testOptions(data, data.normalisation, scale, { sizes, batchSize: 2 });
  const idle = threads();
  assert.throws(() => denseLoaders(good, { ...good, buckets: [[32, 32]] }), {
    code: 'DATA_BUCKET',
  });
  for (let tries = 0; threads() > idle && tries < 100; tries += 1) await sleep(20);
  assert.equal(threads(), idle);
  const both = denseLoaders(good, good);
  assert.ok(threads() > idle);
  await both.close();
});
