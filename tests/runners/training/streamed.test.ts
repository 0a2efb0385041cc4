import '../../../runners/networks/all.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile } from '../../../contract/paths.ts';
import { writeTree } from '../data/pictures.ts';
import { imagenetTree } from '../data/streamed/trees.ts';
import { measured, startWorker, startWorkerWith, type TinyTrial, writeRequest } from './workers.ts';

const root = mkdtempSync(join(tmpdir(), 'redistill-streamed-'));
const lines = (folder: string) => readJournal(journalFile(folder)).lines;
after(() => rmSync(root, { recursive: true, force: true }));

const trial: TinyTrial = {
  dataset: 'imagenet:synthetic',
  recipe: {
    epochs: 2,
    batchSize: 8,
    trainPictures: null,
    augmentation: { crop: null, flip: true },
    input: { kind: 'random-resized-crop', size: 32, resize: 36 },
  },
};

describe('a training on streamed pictures', () => {
  let undisturbed: string;
  before(async () => {
    process.env['REDISTILL_DATA'] = root;
    process.env['REDISTILL_CACHE'] = join(root, 'cache');
    writeTree(join(root, 'synthetic'), await imagenetTree(34, 6));
    undisturbed = join(root, 'undisturbed');
    const result = await startWorker(await writeRequest(undisturbed, trial));
    assert.equal(result.exitCode, 0, result.stderr);
  });

  it('learns from every picture and evaluates', () => {
    const epochs = lines(undisturbed).filter((line) => line.type === 'epoch');
    // 102 pictures in batches of 8 are 13 steps, the last of them smaller.
    assert.deepEqual(
      epochs.map(({ step }) => step),
      [13, 26],
    );
    const metrics = epochs.at(-1)?.metrics.map(({ name, split }) => `${name} ${split}`);
    assert.deepEqual(metrics, ['top1 test', 'top5 test', 'loss test', 'top1 train']);
  });

  it('stopped and killed in the middle of an epoch goes on to the same bits', async () => {
    const folder = join(root, 'killed');
    const request = await writeRequest(folder, trial);
    // Stops at a checkpoint within the first epoch.
    const stopped = startWorker(request);
    stopped.stdout.once('data', () => stopped.kill('SIGTERM'));
    assert.equal((await stopped).exitCode, 130);
    const checkpoint = lines(folder).findLast((line) => line.type === 'checkpoint');
    assert.ok(checkpoint?.type === 'checkpoint' && checkpoint.step > 0 && checkpoint.step < 13);
    // Killed with no warning, some steps after it.
    const killed = startWorker(request);
    killed.stdout.once('data', () => killed.kill('SIGKILL'));
    assert.equal((await killed).signal, 'SIGKILL');
    const last = await startWorker(request);
    assert.equal(last.exitCode, 0, last.stderr);
    const resume = lines(folder).find((line) => line.type === 'resume');
    assert.ok(resume?.type === 'resume' && resume.step === checkpoint.step);
    assert.deepEqual(measured(folder), measured(undisturbed));
  });

  it('has the same bits whatever number of threads makes the pictures', async () => {
    const folder = join(root, 'threads');
    const request = await writeRequest(folder, trial);
    const result = await startWorkerWith({ REDISTILL_LOADER_THREADS: '3' }, request);
    assert.equal(result.exitCode, 0, result.stderr);
    assert.deepEqual(measured(folder), measured(undisturbed));
  });

  it('holds no picture: the cache has a table', () => {
    const names = readdirSync(join(root, 'cache', 'data'));
    assert.deepEqual(
      names.map((name) => name.replace(/-.*/, '')),
      ['streamed'],
    );
  });
});
