import '../../../runners/detection/all.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile } from '../../../contract/paths.ts';
import { slopes } from '../data/pictures/files.ts';
import { writeTree } from '../data/pictures.ts';
import { measured, startWorkerWith, type TinyTrial, writeRequest } from './workers.ts';

const root = mkdtempSync(join(tmpdir(), 'redistill-dense-threads-'));
const lines = (folder: string) => readJournal(journalFile(folder)).lines;
after(() => rmSync(root, { recursive: true, force: true }));

/** A set in COCO's layout, of JPEGs of several sizes with a box each. */
async function cocoOfJpegs(): Promise<Record<string, Buffer>> {
  const tree: Record<string, Buffer> = {};
  for (const [split, count] of [
    ['train2017', 11],
    ['val2017', 3],
  ] as const) {
    const images = Array.from({ length: count }, (_, id) => ({
      ...{ id, file_name: `${id}.jpg` },
      ...{ width: 60 + 7 * (id % 4), height: 50 + 5 * (id % 3) },
    }));
    for (const { width, height, file_name } of images) {
      tree[`${split}/${file_name}`] = await slopes(width, height).jpeg().toBuffer();
    }
    const annotations = images.map(({ id }) => ({
      ...{ id: id + 1, image_id: id, category_id: 1, iscrowd: 0, area: 400 },
      bbox: [5 + id, 8, 20, 20],
    }));
    const categories = [{ id: 1, name: 'thing' }];
    tree[`annotations/instances_${split}.json`] = Buffer.from(
      JSON.stringify({ images, annotations, categories }),
    );
  }
  return tree;
}

const trial: TinyTrial = {
  task: 'detection',
  dataset: 'coco:jpegs',
  model: 'retinanet-r18w16-fpn32',
  recipe: {
    epochs: 2,
    batchSize: 2,
    trainPictures: null,
    optimizer: { kind: 'sgd', lr: 0.005, momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
    schedule: { kind: 'constant', warmupEpochs: 0 },
    augmentation: { crop: null, flip: true },
    input: { kind: 'keep-ratio', long: 96, short: 64 },
    clipNorm: 10,
  },
};

describe('a detector whose pictures several threads make', () => {
  const threads = (count: number) => ({ REDISTILL_LOADER_THREADS: `${count}` });
  const undisturbed = join(root, 'undisturbed');
  before(async () => {
    process.env['REDISTILL_DATA'] = root;
    process.env['REDISTILL_CACHE'] = join(root, 'cache');
    writeTree(join(root, 'jpegs'), await cocoOfJpegs());
    const result = await startWorkerWith(threads(1), await writeRequest(undisturbed, trial));
    assert.equal(result.exitCode, 0, result.stderr);
    assert.equal(lines(undisturbed).findLast(({ type }) => type === 'epoch')?.type, 'epoch');
  });

  it('has the bits that one thread gives', async () => {
    const folder = join(root, 'three');
    const result = await startWorkerWith(threads(3), await writeRequest(folder, trial));
    assert.equal(result.exitCode, 0, result.stderr);
    assert.deepEqual(measured(folder), measured(undisturbed));
  });

  it('stopped and killed in the middle of an epoch goes on to the same bits', async () => {
    const folder = join(root, 'killed');
    const request = await writeRequest(folder, trial);
    const stopped = startWorkerWith(threads(3), request);
    stopped.stdout.once('data', () => stopped.kill('SIGTERM'));
    assert.equal((await stopped).exitCode, 130);
    const checkpoint = lines(folder).findLast((line) => line.type === 'checkpoint');
    assert.ok(checkpoint?.type === 'checkpoint' && checkpoint.step > 0 && checkpoint.step < 6);
    const killed = startWorkerWith(threads(2), request);
    killed.stdout.once('data', () => killed.kill('SIGKILL'));
    assert.equal((await killed).signal, 'SIGKILL');
    const last = await startWorkerWith(threads(3), request);
    assert.equal(last.exitCode, 0, last.stderr);
    const resume = lines(folder).find((line) => line.type === 'resume');
    assert.ok(resume?.type === 'resume' && resume.step === checkpoint.step);
    assert.deepEqual(measured(folder), measured(undisturbed));
  });
});
