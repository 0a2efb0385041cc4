import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { RandomStream } from '../../common/random.ts';
import {
  type DetectionArtefact,
  type DetectionSample,
  evaluationName,
  evaluationText,
  labelRuns,
  type SegmentationArtefact,
} from '../../contract/evaluation-artefact.ts';
import { type TrialSpec, trialId } from '../../contract/spec.ts';
import { makeJournal, makeSpec, writeJournal, writePlan } from '../results/builder.ts';

const [width, height] = [160, 120];
const categories = ['disc', 'square', '<b>ring'];
const metrics = ['AP', 'AP50', 'AP75', 'APs', 'APm', 'APl'];

/**
 * A made-up detection suite (three methods, two seeds) and a segmentation suite, with the artefacts
 * of their runs.
 */
export async function writeDenseSample(workspace: string): Promise<void> {
  const picture = await scene();
  const detection = tableOf(workspace, 'detection-table', 'detection', 'retinanet', metrics);
  for (const [index, { folder }] of detection.entries())
    writeFileSync(join(folder, evaluationName), evaluationText(detectionArtefact(picture, index)));
  const segmentation = tableOf(workspace, 'segmentation-table', 'segmentation', 'pspnet', ['mIoU']);
  for (const [index, { folder }] of segmentation.entries())
    writeFileSync(
      join(folder, evaluationName),
      evaluationText(segmentationArtefact(picture, index)),
    );
}

/** Writes plan and journals: a teacher, and rows Student and MGD with two seeds. */
function tableOf(
  workspace: string,
  suite: string,
  task: TrialSpec['task'],
  network: string,
  names: readonly string[],
): readonly { readonly folder: string }[] {
  const data = { dataset: 'embedded-scenes', hash: 'e'.repeat(64) };
  const teacher = makeSpec({
    ...{ task, role: 'teacher', method: 'none', hyper: {}, teacher: null, data },
    model: `${network}-r50`,
  });
  const student = (method: string, seed: number) =>
    makeSpec({
      ...{ task, method, seed, data, hyper: method === 'none' ? {} : { alpha: 2e-5 } },
      model: `${network}-r18`,
      teacher:
        method === 'none' ? null : { kind: 'trial', model: teacher.model, trial: trialId(teacher) },
    });
  const rows = [
    { name: 'Student', method: 'none', specs: [student('none', 1), student('none', 2)] },
    { name: 'MGD', method: 'mgd', specs: [student('mgd', 1), student('mgd', 2)] },
  ];
  const column = `${network}-r50__${network}-r18`;
  const specs = [teacher, ...rows.flatMap((row) => row.specs)];
  writePlan(workspace, {
    ...{ schemaVersion: 1, suite, title: `A made-up table of ${task}`, task, scale: 'proxy' },
    notComparable: 'generated pictures are not the published data set',
    margins: Object.fromEntries(names.map((name) => [name, 0.5])),
    columns: [{ id: column, teacher: `${network}-r50`, student: `${network}-r18` }],
    rows: rows.map(({ name, method }) => ({ name, method })),
    cells: names.flatMap((metric) =>
      rows.map(({ name, method, specs: own }) => ({
        ...{ id: `${name}/${column}/${metric}`, row: name, method, column, metric },
        ...{
          published: null,
          noReference: 'made up',
          notComparable: null,
          trials: own.map(trialId),
          notRun: null,
        },
      })),
    ),
    trials: specs.map((spec) => ({
      ...{ id: trialId(spec), spec, gate: null, steps: 30 },
      after: spec === teacher ? [] : [trialId(teacher)],
    })),
  });
  return specs.map((spec, index) => {
    const lines = makeJournal({ spec, accuracies: [10, 20, 30], startMinute: index }).map((line) =>
      line.type === 'epoch'
        ? {
            ...line,
            metrics: names.map((name, place) => ({
              ...{ task, name, split: 'test' },
              value: 10 * line.epoch + index + place,
            })),
          }
        : line,
    );
    return { folder: dirname(writeJournal(workspace, lines)) };
  });
}

/** A disc and a square on grey, as a PNG. */
async function scene(): Promise<string> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#ccc"/><circle cx="45" cy="60" r="30" fill="#36c"/><rect x="95" y="25" width="45" height="45" fill="#c63"/></svg>`;
  return (await sharp(Buffer.from(svg)).png().toBuffer()).toString('base64');
}

const common = {
  schemaVersion: 1,
  dataset: 'embedded-scenes',
  split: 'test',
  epoch: 3,
  pictures: 20,
} as const;

function detectionArtefact(base64: string, index: number): DetectionArtefact {
  const noise = RandomStream.named(index, 'dense sample');
  const shift = () => (noise.uniform() - 0.5) * 8;
  const sample = (file: string): DetectionSample => ({
    ...{ file, width, height, picture: { mediaType: 'image/png', base64 } },
    objects: [
      { box: [15, 30, 60, 60], category: 0, crowd: false },
      { box: [95, 25, 45, 45], category: 1, crowd: false },
      { box: [0, 100, 160, 20], category: 2, crowd: true },
    ],
    detections: [
      { box: [15 + shift(), 30 + shift(), 60, 60], category: 0, score: 0.9 },
      { box: [95 + shift(), 25 + shift(), 45, 45], category: 1, score: 0.62 },
      { box: [5, 5, 20, 20], category: 2, score: 0.12 },
    ],
    masks: { truth: square(40), detections: square(45) },
  });
  /** The rows of the square from a column on, as masks of its category. */
  const square = (left: number) =>
    labelRuns(
      Array.from({ length: width * height }, (_, place) => {
        const [x, y] = [place % width, Math.floor(place / width)];
        return x >= left && x < left + 45 && y >= 25 && y < 70 ? 1 : 255;
      }),
    );
  const curve = (drop: number) =>
    Array.from({ length: 101 }, (_, recall) => Math.max(0, 100 - drop * recall + index));
  return {
    ...common,
    task: 'detection',
    iou: 'bbox',
    metrics: Object.fromEntries(metrics.map((name, place) => [name, 30 + index + place])),
    categories: categories.map((name, place) => ({
      ...{ name, objects: 20 * place, AP: place === 0 ? null : 30 + index },
      ...{ AP50: place === 0 ? null : 50 + index, AP75: place === 0 ? null : 20 + index },
      ...{ maskAP: place === 0 ? null : 28 + index, maskAP50: null, maskAP75: null },
    })),
    curves: ([{}, { of: 'masks' }] as const).flatMap((kind) =>
      (['0.50', '0.75', '0.50:0.95'] as const).map((iou, place) => ({
        ...{ iou, category: null, ...kind },
        precision: curve(1 + place / 2).map((value) => Math.min(100, value)),
      })),
    ),
    samples: [sample('000001.png'), sample('000002.png')],
  };
}

function segmentationArtefact(base64: string, index: number): SegmentationArtefact {
  const labels = (grow: number) =>
    labelRuns(
      Array.from({ length: width * height }, (_, place) => {
        const [x, y] = [place % width, Math.floor(place / width)];
        if (y === 0) return 255;
        if ((x - 45) ** 2 + (y - 60) ** 2 < (30 + grow) ** 2) return 1;
        return x >= 95 - grow && x < 140 && y >= 25 && y < 70 ? 2 : 0;
      }),
    );
  return {
    ...common,
    task: 'segmentation',
    metrics: { mIoU: 60 + index, aAcc: 88 },
    classes: ['ground', 'disc', 'square'].map((name, place) => ({
      ...{ name, pixels: 1000 * (place + 1), IoU: 60 + index - place, accuracy: 70 + index },
    })),
    samples: [
      {
        ...{ file: 'a.png', width, height, picture: { mediaType: 'image/png', base64 } },
        ...{ truth: labels(0), prediction: labels(4 - index) },
      },
    ],
  };
}
