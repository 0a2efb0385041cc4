import '../../../runners/detection/all.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { evaluationName, parseEvaluation } from '../../../contract/evaluation-artefact.ts';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile } from '../../../contract/paths.ts';
import { createDetector } from '../../../runners/detection/registry.ts';
import { encodeSafetensors } from '../../../runners/formats/safetensors.ts';
import { initialState } from '../../../runners/networks/init.ts';
import { torchTensors } from '../../../runners/weights/network-state.ts';
import { measured, startWorker, type TinyTrial, writeRequest } from './workers.ts';

const root = mkdtempSync(join(tmpdir(), 'redistill-masks-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** Weights of a teacher that has learned nothing. */
function teacherOf(model: string): TinyTrial['teacher'] {
  const { params } = createDetector(model, { classes: 6 });
  const weights = join(root, `${model}.safetensors`);
  const tensors = torchTensors(params, initialState(params, 'teacher'));
  writeFileSync(weights, encodeSafetensors({ tensors, metadata: { model } }));
  return { model, weights, imported: true };
}

const recipe: TinyTrial['recipe'] = {
  epochs: 1,
  batchSize: 4,
  trainPictures: 4,
  optimizer: { kind: 'sgd', lr: 0.005, momentum: 0.9, nesterov: false, weightDecay: 1e-4 },
  schedule: { kind: 'constant', warmupEpochs: 0 },
  augmentation: { crop: null, flip: true },
  clipNorm: 10,
};
const trial = (method: string, student: string, teacher: string): TinyTrial => ({
  task: 'detection',
  dataset: 'embedded-scenes-small',
  ...{ method, model: student, recipe },
  teacher: teacherOf(teacher) as NonNullable<TinyTrial['teacher']>,
});

/** The pairs of FGD's and MGD's tables of masks, small. */
const pairs = [
  ['mask-rcnn-r18w16-fpn32', 'cascade-mask-rcnn-r18w16-fpn32'],
  ['solo-r18w16-fpn32', 'solo-r18w32-fpn64'],
] as const;

const methods = ['fgd', 'mgd', 'cwd', 'fkd'];

describe('a detector of masks that learns from another', () => {
  for (const [student, teacher] of pairs) {
    it(`trains with FGD, MGD, CWD and FKD: ${student} from ${teacher}`, async () => {
      const folders = methods.map((method) => join(root, `${student}-${method}`));
      const requests = await Promise.all(
        methods.map((method, index) =>
          writeRequest(folders[index] as string, trial(method, student, teacher)),
        ),
      );
      const result = await startWorker(...requests);
      assert.equal(result.exitCode, 0, result.stderr);
      const losses = folders.map((folder) => {
        const { lines } = readJournal(journalFile(folder));
        const last = lines.findLast((line) => line.type === 'epoch');
        assert.ok(last?.type === 'epoch' && last.metrics.some(({ name }) => name === 'maskAP'));
        return last.losses['total'] as number;
      });
      assert.ok(losses.every((loss) => Number.isFinite(loss) && loss > 0));
      assert.equal(new Set(losses).size, methods.length);
    });
  }

  describe('and is killed', () => {
    const own = { ...trial('mgd', ...pairs[0]), recipe: { ...recipe, epochs: 3 } };
    const [undisturbed, killed] = [join(root, 'undisturbed'), join(root, 'killed')];
    before(async () => {
      const result = await startWorker(await writeRequest(undisturbed, own));
      assert.equal(result.exitCode, 0, result.stderr);
    });

    it('goes on to the same bits, masks included', async () => {
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
      const text = (folder: string) => readFileSync(join(folder, evaluationName), 'utf8');
      assert.equal(text(killed), text(undisturbed));
    });

    it('leaves figures, curves and pictures of masks beside those of boxes', () => {
      const artefact = parseEvaluation(
        readFileSync(join(undisturbed, evaluationName), 'utf8'),
        evaluationName,
      );
      assert.ok(artefact.task === 'detection');
      assert.ok(artefact.categories.every(({ maskAP50 }) => maskAP50 !== undefined));
      assert.deepEqual(
        artefact.curves.map(({ iou, of }) => `${of ?? 'boxes'} ${iou}`),
        ['boxes', 'masks'].flatMap((of) =>
          ['0.50', '0.75', '0.50:0.95'].map((iou) => `${of} ${iou}`),
        ),
      );
      for (const { objects, masks } of artefact.samples) {
        const shown = new Set(masks?.truth.filter((_, index) => index % 2 === 0));
        assert.deepEqual(
          [...shown].sort((a, b) => a - b),
          [...new Set([...objects.map(({ category }) => category), 255])].sort((a, b) => a - b),
        );
      }
    });
  });
});
