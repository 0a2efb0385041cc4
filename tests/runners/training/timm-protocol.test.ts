import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile, modelFile } from '../../../contract/paths.ts';
import type { Recipe } from '../../../contract/spec.ts';
import { measured, startWorker, type TinyTrial, writeRequest } from './workers.ts';

const root = mkdtempSync(join(tmpdir(), 'redistill-timm-'));

const recipe: Partial<Recipe> = {
  epochs: 2,
  batchSize: 16,
  dropLast: true,
  trainPictures: 64,
  optimizer: {
    kind: 'adamw',
    lr: 5e-4,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0.05,
    decays: 'matrices',
  },
  schedule: { kind: 'cosine', warmupEpochs: 0, minLr: 1e-5 },
  augmentation: {
    crop: { padding: 4 },
    flip: true,
    mix: { mixup: 0.8, cutmix: 1, probability: 1, switch: 0.5 },
    randAugment: {
      operations: 2,
      magnitude: 9,
      deviation: 0.5,
      growing: true,
      interpolation: 'random',
    },
    erasing: { kind: 'noise', probability: 0.25 },
  },
  clipNorm: 5,
  labelSmoothing: 0.1,
  dropPath: 0.3,
};

describe("a training by timm's protocol", () => {
  let student: TinyTrial;
  const folderOf = (name: string) => join(root, name);

  before(async () => {
    const teacher = folderOf('teacher');
    const made = await startWorker(
      await writeRequest(teacher, {
        recipe: { epochs: 1, trainPictures: 32, schedule: { kind: 'constant', warmupEpochs: 0 } },
      }),
    );
    assert.equal(made.exitCode, 0, made.stderr);
    student = {
      model: 'deit_t',
      method: 'kd',
      teacher: { model: 'resnet8', weights: modelFile(teacher) },
      recipe,
    };
    const result = await startWorker(await writeRequest(folderOf('alone'), student));
    assert.equal(result.exitCode, 0, result.stderr);
  });

  it('goes on after a stop with the bits that it would have had', async () => {
    const folder = folderOf('stopped');
    const request = await writeRequest(folder, student);
    const worker = startWorker(request);
    worker.stdout.once('data', () => worker.kill('SIGTERM'));
    assert.equal((await worker).exitCode, 130);
    assert.equal((await startWorker(request)).exitCode, 0);
    const { lines } = readJournal(journalFile(folder));
    const resume = lines.find(({ type }) => type === 'resume');
    assert.ok(resume?.type === 'resume' && resume.step > 0, JSON.stringify(resume));
    assert.deepEqual(measured(folder), measured(folderOf('alone')));
  });

  it('gives the bits in a cohort that it has alone, beside one without stochastic depth', async () => {
    const { dropPath: _, ...whole } = recipe;
    const requests = [
      await writeRequest(folderOf('plain'), { ...student, recipe: whole }),
      await writeRequest(folderOf('together'), student),
    ];
    const result = await startWorker(...requests);
    assert.equal(result.exitCode, 0, result.stderr);
    assert.deepEqual(measured(folderOf('together')), measured(folderOf('alone')));
    assert.notDeepEqual(measured(folderOf('plain')), measured(folderOf('alone')));
  });

  it('is refused for a network without branches to leave out', async () => {
    const result = await startWorker(
      await writeRequest(folderOf('refused'), { ...student, model: 'resnet8' }),
    );
    const { lines } = readJournal(journalFile(folderOf('refused')));
    assert.notEqual(result.exitCode, 0);
    assert.match(JSON.stringify(lines.at(-1)), /dropPath.*no residual branches/);
  });
});
