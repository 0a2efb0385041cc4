import '../../../runners/detection/all.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { evaluationName, parseEvaluation } from '../../../contract/evaluation-artefact.ts';
import { readJournal } from '../../../contract/journal.ts';
import { journalFile } from '../../../contract/paths.ts';
import { createDetector } from '../../../runners/detection/registry.ts';
import { untrainedTeacher } from './untrained-teacher.ts';
import { measured, startWorker, type TinyTrial, trainKilledOnce, writeRequest } from './workers.ts';

const root = mkdtempSync(join(tmpdir(), 'redistill-masks-'));
after(() => rmSync(root, { recursive: true, force: true }));

const teacherOf = (model: string) =>
  untrainedTeacher(root, model, createDetector(model, { classes: 6 }));

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
  teacher: teacherOf(teacher),
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
      await trainKilledOnce(killed, own);
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
