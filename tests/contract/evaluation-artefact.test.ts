import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  type DetectionArtefact,
  type EvaluationArtefact,
  evaluationName,
  evaluationText,
  labelRuns,
  parseEvaluation,
  type SegmentationArtefact,
} from '../../contract/evaluation-artefact.ts';
import { temporaryFolder } from '../results/temporary.ts';

const common = {
  schemaVersion: 1,
  dataset: 'scenes',
  split: 'test',
  epoch: 3,
  pictures: 2,
} as const;
const picture = { mediaType: 'image/png', base64: 'iVBORw0KGgo=' } as const;

const detection: DetectionArtefact = {
  ...common,
  task: 'detection',
  iou: 'bbox',
  metrics: { AP: 31.5, APs: null },
  categories: [{ name: 'disc', objects: 4, AP: 31.5, AP50: 60, AP75: null }],
  curves: [{ iou: '0.50', category: null, precision: Array.from({ length: 101 }, () => 50) }],
  samples: [
    {
      file: '000.png',
      width: 64,
      height: 48,
      picture,
      objects: [{ box: [1, 2, 30.5, 20], category: 0, crowd: false }],
      detections: [{ box: [2, 2, 30, 20], category: 0, score: 0.9 }],
      masks: { truth: [255, 3000, 0, 72], detections: [255, 3072] },
    },
  ],
};

const segmentation: SegmentationArtefact = {
  ...common,
  task: 'segmentation',
  metrics: { mIoU: 55 },
  classes: [{ name: 'ground', pixels: 6, IoU: 55, accuracy: 70 }],
  samples: [
    { file: '0.png', width: 3, height: 2, picture, truth: [0, 5, 255, 1], prediction: [0, 6] },
  ],
};

test('what is written is read again', (context) => {
  const folder = temporaryFolder(context);
  for (const artefact of [detection, segmentation]) {
    const file = join(folder, evaluationName);
    writeFileSync(file, evaluationText(artefact));
    assert.deepEqual(parseEvaluation(readFileSync(file, 'utf8'), file), artefact);
  }
});

test('a wrong artefact is refused with file and field, before it is written', () => {
  const refused = (artefact: object, message: RegExp) =>
    assert.throws(
      () => evaluationText(artefact as EvaluationArtefact),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'EVALUATION_SCHEMA');
        assert.match(error.message, message);
        return true;
      },
    );
  const [sample] = detection.samples as [DetectionArtefact['samples'][number]];
  const [map] = segmentation.samples as [SegmentationArtefact['samples'][number]];
  refused({ ...detection, pictures: -1 }, /evaluation\.json: pictures: .*-1/);
  refused({ ...detection, extra: 1 }, /unknown field "extra"/);
  refused(
    { ...detection, curves: [{ iou: '0.50', category: null, precision: [1] }] },
    /curves\[0\]\.precision/,
  );
  refused(
    {
      ...detection,
      samples: [{ ...sample, detections: [{ box: [0, 0, 1, 1], category: 1, score: 1 }] }],
    },
    /samples\[0\]\.detections\[0\]\.category: there are 1 categories/,
  );
  const masks = { truth: [255, 3072], detections: [1, 3072] };
  refused(
    { ...detection, samples: [{ ...sample, masks }] },
    /samples\[0\]\.masks\.detections: label 1, but there are 1 classes/,
  );
  refused(
    { ...segmentation, samples: [{ ...map, truth: [0, 5] }] },
    /samples\[0\]\.truth: the runs have 5 pixels, the picture 6/,
  );
  refused(
    { ...segmentation, samples: [{ ...map, prediction: [1, 6] }] },
    /samples\[0\]\.prediction: label 1, but there are 1 classes/,
  );
  assert.throws(() => parseEvaluation('{', 'x/evaluation.json'), { code: 'EVALUATION_SYNTAX' });
});

test('runs of labels are label and length, row by row', () => {
  assert.deepEqual(labelRuns([0, 0, 1, 1, 1, 255]), [0, 2, 1, 3, 255, 1]);
  assert.deepEqual(labelRuns(new Uint8Array([7])), [7, 1]);
});
