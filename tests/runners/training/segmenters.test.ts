import '../../../runners/segmentation/all.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile } from '../../../contract/paths.ts';
import type { Hyper } from '../../../contract/spec.ts';
import { createSegmenter } from '../../../runners/segmentation/registry.ts';
import { untrainedTeacher } from './untrained-teacher.ts';
import { measured, startWorker, type TinyTrial, trainKilledOnce, writeRequest } from './workers.ts';

const root = mkdtempSync(join(tmpdir(), 'redistill-segmenters-'));
after(() => rmSync(root, { recursive: true, force: true }));

const student = 'pspnet-r18w8-torchdistiller';
const wide = 'pspnet-r18w16-torchdistiller';
const teacher = untrainedTeacher(root, wide, createSegmenter(wide, { classes: 7 }));
const trial = (method: string, hyper: Hyper = {}): TinyTrial => ({
  ...{ task: 'segmentation', dataset: 'embedded-scenes-small', model: student, method, hyper },
  teacher,
  recipe: {
    epochs: 4,
    batchSize: 4,
    dropLast: true,
    trainPictures: 8,
    optimizer: { kind: 'sgd', lr: 0.01, momentum: 0.9, nesterov: false, weightDecay: 5e-4 },
    schedule: { kind: 'constant', warmupEpochs: 0 },
    augmentation: { crop: null, flip: true },
    input: { kind: 'scale-crop', long: 96, short: 96, ratio: [1, 1], crop: [64, 64] },
  },
});

/** The methods of CWD's table, on each of the maps that it compares; HO's for maps of 8 x 8. */
const trained: readonly (readonly [method: string, hyper: Hyper])[] = [
  ...['at', 'pa', 'ifvd', 'local'].flatMap((method) =>
    ['embedding', 'logits'].map((on): [string, Hyper] => [method, { on }]),
  ),
  ['ho', { strides: 1, width: 16 }],
];

describe('a segmenter that learns from another', () => {
  it("trains with every method of CWD's table: its loss falls, and the method's is a number", async () => {
    const folders = trained.map((_, index) => join(root, `trained${index}`));
    const requests = await Promise.all(
      trained.map(([method, hyper], index) =>
        writeRequest(folders[index] as string, trial(method, hyper)),
      ),
    );
    const result = await startWorker(...requests);
    assert.equal(result.exitCode, 0, result.stderr);
    const own = folders.map((folder, index) => {
      const [method] = trained[index] as (typeof trained)[number];
      const epochs = readJournal(journalFile(folder)).lines.flatMap((line) =>
        line.type === 'epoch' ? [line.losses] : [],
      );
      assert.equal(epochs.length, 4);
      const [first, last] = [epochs[0]?.['total'], epochs.at(-1)?.['total']] as [number, number];
      assert.ok(last < first, `${method}: ${first} then ${last}`);
      const values = epochs.map((losses) => losses[method] as number);
      assert.ok(values.every(Number.isFinite), method);
      return values.join();
    });
    assert.equal(new Set(own).size, trained.length);
  });

  it('goes on to the same bits after a kill, the discriminator and its optimizer included', async () => {
    const [undisturbed, killed] = [join(root, 'undisturbed'), join(root, 'killed')];
    // A weight with which the discriminator decides over the student's bits.
    const own = trial('ho', { strides: 1, width: 16, weight: 1 });
    const whole = await startWorker(await writeRequest(undisturbed, own));
    assert.equal(whole.exitCode, 0, whole.stderr);
    await trainKilledOnce(killed, own);
    assert.deepEqual(measured(killed), measured(undisturbed));
    const { lines } = readJournal(journalFile(undisturbed));
    const scores = lines.flatMap((line) => (line.type === 'epoch' ? [line.losses['ho']] : []));
    assert.equal(new Set(scores).size, 4);
  });
});
