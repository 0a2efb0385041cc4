import '../../../runners/detection/all.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile } from '../../../contract/paths.ts';
import { createDetector } from '../../../runners/detection/registry.ts';
import { encodeSafetensors } from '../../../runners/formats/safetensors.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { torchTensors } from '../../../runners/weights/network-state.ts';
import { measured, startWorker, type TinyTrial, writeRequest } from './workers.ts';

const root = mkdtempSync(join(tmpdir(), 'redistill-baselines-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** Weights of a teacher that has learned nothing: maps that a student can be pulled towards. */
function teacherOf(model: string): TinyTrial['teacher'] {
  const { params } = createDetector(model, { classes: 6 });
  const weights = join(root, `${model}.safetensors`);
  const tensors = torchTensors(params, initialState(params, 'teacher'));
  writeFileSync(weights, encodeSafetensors({ tensors, metadata: { model } }));
  return { model, weights, imported: true };
}

const trial = (method: string, model: string): TinyTrial => ({
  task: 'detection',
  dataset: 'embedded-scenes-small',
  ...{ method, model, hyper: strong[method] ?? {} },
  teacher: teacherOf(model) as NonNullable<TinyTrial['teacher']>,
  recipe: {
    epochs: 4,
    batchSize: 2,
    trainPictures: 8,
    optimizer: { kind: 'sgd', lr: 0.005, momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
    schedule: { kind: 'constant', warmupEpochs: 0 },
    augmentation: { crop: null, flip: true },
    clipNorm: 10,
  },
});

/** Weights by which the method's own terms are seen to fall in sixteen steps. */
const strong: Readonly<Record<string, TinyTrial['hyper']>> = {
  fkd: { alpha: 0.1, beta: 0.1, gamma: 0.1 },
  // The third step of sixteen is the first with the loss.
  fgfi: { weight: 1, warmupSteps: 2 },
};

const detectors = ['retinanet-r18w16-fpn32', 'faster-rcnn-r18w16-fpn32'];
const methods = Object.keys(strong);

/** Losses of each epoch by their names. */
const lossesOf = (folder: string) =>
  readJournal(journalFile(folder)).lines.flatMap((line) =>
    line.type === 'epoch' ? [line.losses] : [],
  );

describe("the methods that FGD's tables compare with", () => {
  for (const model of detectors) {
    it(`train ${model}: what each adds falls`, async () => {
      const folders = methods.map((method) => join(root, `${model}-${method}`));
      const requests = await Promise.all(
        methods.map((method, index) =>
          writeRequest(folders[index] as string, trial(method, model)),
        ),
      );
      const result = await startWorker(...requests);
      assert.equal(result.exitCode, 0, result.stderr);
      folders.forEach((folder, index) => {
        const method = methods[index] as string;
        const epochs = lossesOf(folder);
        const own = Object.keys(epochs[0] ?? {}).filter((name) => name.startsWith(method));
        assert.ok(own.length > 0, method);
        const sums = epochs.map((losses) =>
          own.reduce((sum, name) => sum + (losses[name] as number), 0),
        );
        // The first epoch has steps without the loss of FGFI.
        const [, second = 0, , last = 0] = sums;
        assert.ok(last < 0.98 * second, `${method}: ${sums}`);
      });
    });
  }

  it('go on to the same bits after a kill', async () => {
    const [undisturbed, killed] = [join(root, 'undisturbed'), join(root, 'killed')];
    // Its count of steps is state that goes on.
    const own = { ...trial('fgfi', detectors[0] as string), hyper: { weight: 1, warmupSteps: 10 } };
    const result = await startWorker(await writeRequest(undisturbed, own));
    assert.equal(result.exitCode, 0, result.stderr);
    const request = await writeRequest(killed, own);
    const first = startWorker(request);
    first.stdout.on('data', (text: Buffer) => {
      if (/"type":"epoch".*"epoch":2/.test(text.toString())) first.kill('SIGKILL');
    });
    assert.equal((await first).signal, 'SIGKILL');
    const last = await startWorker(request);
    assert.equal(last.exitCode, 0, last.stderr);
    assert.ok(readJournal(journalFile(killed)).lines.some((line) => line.type === 'resume'));
    assert.deepEqual(measured(killed), measured(undisturbed));
  });
});
