import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import type { WorkerRequest } from '../../../contract/request.ts';
import type { Recipe, TrialSpec } from '../../../contract/spec.ts';
import { numerics } from '../../../runners/training/fingerprint/numerics.ts';
import { temporaryFolder } from '../../results/temporary.ts';
import { root } from './fingerprint/checkouts.ts';
import { startWorkerWith, type TinyTrial, writeRequest } from './workers.ts';

const dense: Partial<Recipe> = {
  epochs: 1,
  batchSize: 2,
  trainPictures: 2,
  augmentation: { crop: null, flip: true },
};
const trials: Readonly<Record<TrialSpec['task'], TinyTrial>> = {
  classification: { recipe: { epochs: 1, trainPictures: 32 } },
  detection: {
    task: 'detection',
    model: 'retinanet-r18w16-fpn32',
    dataset: 'embedded-scenes-small',
    recipe: {
      ...dense,
      schedule: { kind: 'constant', warmupEpochs: 0 },
      input: { kind: 'keep-ratio', long: 64, short: 64 },
    },
  },
  segmentation: {
    task: 'segmentation',
    model: 'pspnet-r18w8-d8',
    dataset: 'embedded-scenes-small',
    recipe: {
      ...dense,
      iterations: 1,
      dropLast: true,
      schedule: { kind: 'poly', warmupEpochs: 0, power: 0.9, minLr: 1e-4 },
      input: { kind: 'scale-crop', long: 128, short: 128, ratio: [0.5, 1.5], crop: [64, 64] },
    },
  },
};

/** Files of the checkout that a real worker loads and reads, in all its threads. */
async function loadedBy(folder: string, request: string): Promise<readonly string[]> {
  const list = join(folder, 'loads.txt');
  const hooks = new URL('./fixtures/loads.mjs', import.meta.url);
  const { exitCode, stderr } = await startWorkerWith(
    { NODE_OPTIONS: `--import=${hooks.href}`, REDISTILL_LOADS: list },
    request,
  );
  assert.equal(exitCode, 0, stderr);
  const paths = new Set(readFileSync(list, 'utf8').trimEnd().split('\n'));
  return [...paths]
    .map((path) => relative(root, path))
    .filter((path) => !path.startsWith('..') && path !== relative(root, hooks.pathname));
}

describe('a worker', () => {
  const conditions = { tensorflow: '', threads: { intra: 1, inter: 1 }, device: 'cpu' } as const;
  for (const [task, trial] of Object.entries(trials)) {
    it(`loads and reads nothing for ${task} that its fingerprint does not know`, async (t) => {
      const folder = temporaryFolder(t);
      const request = await writeRequest(join(folder, 'run'), trial);
      const { spec } = JSON.parse(readFileSync(request, 'utf8')) as WorkerRequest;
      const { record } = numerics({ ...conditions, mode: 'recorded' }, spec);
      const inside = new Set(Object.keys(record.files));
      const loaded = await loadedBy(folder, request);
      const own = loaded.filter((path) => !path.startsWith('node_modules/'));
      assert.ok(own.includes(`runners/${task}/task.ts`));
      assert.ok(own.some((path) => path.endsWith('loader-worker.ts')));
      // Only these tasks have it.
      const check = 'contract/checks/evaluation.generated.ts';
      assert.equal(own.includes(check), task !== 'classification');
      assert.deepEqual(
        own.filter((path) => !inside.has(path)),
        [],
      );
      const packages = loaded.filter((path) => path.startsWith('node_modules/'));
      assert.ok(packages.some((path) => path.startsWith('node_modules/@tensorflow/tfjs-core/')));
      const unknown = packages.filter((path) => !folderOf(path, Object.keys(record.packages)));
      assert.deepEqual(unknown, []);
    });
  }
});

/** The locked package that a file belongs to: of nested ones the inner. */
function folderOf(path: string, folders: readonly string[]): string | undefined {
  return folders.find(
    (folder) =>
      path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).startsWith('node_modules/'),
  );
}
