import '../../../runners/detection/all.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile } from '../../../contract/paths.ts';
import { createDetector } from '../../../runners/detection/registry.ts';
import { untrainedTeacher } from './untrained-teacher.ts';
import { measured, startWorker, type TinyTrial, trainKilledOnce, writeRequest } from './workers.ts';

const root = mkdtempSync(join(tmpdir(), 'redistill-baselines-'));
after(() => rmSync(root, { recursive: true, force: true }));

const teacherOf = (model: string) =>
  untrainedTeacher(root, model, createDetector(model, { classes: 6 }));

const trial = (method: string, model: string): TinyTrial => ({
  task: 'detection',
  dataset: 'embedded-scenes-small',
  ...{ method, model, hyper: strong[method] ?? {} },
  teacher: teacherOf(model),
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
    await trainKilledOnce(killed, own);
    assert.deepEqual(measured(killed), measured(undisturbed));
  });
});
