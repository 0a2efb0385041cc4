import {
  type DetectionArtefact,
  type DetectionSample,
  evaluationText,
  type PrecisionCurve,
  type SampleBox,
  sampleCount,
} from '../../contract/evaluation-artefact.ts';
import type { MetricValue } from '../../contract/journal-types.ts';
import { schemaVersion } from '../../contract/spec.ts';
import type { DensePicture } from '../data/dense/types.ts';
import type { CocoEvaluation } from '../metrics/coco/evaluate.ts';
import {
  type CategoryMetrics,
  precisionCurve,
  summarizeCategories,
} from '../metrics/coco/summary.ts';
import { samplePicture } from '../tasks/sample-picture.ts';
import type { AnnotatedData, FoundObjects } from './evaluation.ts';
import type { Detections } from './geometry/detections.ts';
import { sampleMasks } from './sample-masks.ts';

/** Detections below this score are of no use to a reader. */
const leastScore = 0.05;

export interface ArtefactOptions {
  readonly data: AnnotatedData;
  readonly evaluation: CocoEvaluation;
  /** By overlaps of masks; null for detectors of boxes alone. */
  readonly masks: CocoEvaluation | null;
  readonly metrics: readonly MetricValue[];
  readonly found: FoundObjects;
  /** The epoch that was evaluated. */
  readonly epoch: number;
}

/**
 * The text of `evaluation.json`: figures of every category, precision curves, and boxes in the
 * first pictures; of a detector of masks those of masks too.
 */
export async function detectionArtefact(options: ArtefactOptions): Promise<string> {
  const { data, evaluation, masks, metrics, epoch } = options;
  const artefact: DetectionArtefact = {
    schemaVersion,
    task: 'detection',
    iou: 'bbox',
    dataset: data.id,
    split: 'test',
    epoch,
    pictures: data.test.pictures.length,
    metrics: Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
    categories: categoriesOf(data, evaluation, masks),
    curves: [
      ...curvesOf(evaluation),
      ...(masks === null
        ? []
        : curvesOf(masks).map((curve) => ({ ...curve, of: 'masks' as const }))),
    ],
    samples: await samplesOf(options),
  };
  return evaluationText(artefact);
}

const percent = (value: number | undefined) =>
  value === undefined || value < 0 ? null : 100 * value;

function categoriesOf(
  { annotations, classes, categoryIds }: AnnotatedData,
  evaluation: CocoEvaluation,
  masks: CocoEvaluation | null,
): DetectionArtefact['categories'] {
  const figuresOf = (of: CocoEvaluation) =>
    new Map(summarizeCategories(of).map((each) => [each.categoryId, each]));
  const figures = figuresOf(evaluation);
  const ofMasks = masks === null ? null : figuresOf(masks);
  const objects = new Map<number, number>();
  for (const { categoryId, crowd } of annotations.test.annotations) {
    if (!crowd) objects.set(categoryId, (objects.get(categoryId) ?? 0) + 1);
  }
  return classes.map((name, index) => {
    const id = categoryIds[index] as number;
    const own = figures.get(id);
    return {
      name,
      objects: objects.get(id) ?? 0,
      AP: percent(own?.AP),
      AP50: percent(own?.AP50),
      AP75: percent(own?.AP75),
      ...(ofMasks !== null && maskFigures(ofMasks.get(id))),
    };
  });
}

const maskFigures = (own: CategoryMetrics | undefined) => ({
  maskAP: percent(own?.AP),
  maskAP50: percent(own?.AP50),
  maskAP75: percent(own?.AP75),
});

/**
 * Means over the categories that have objects; those of single categories would be most of the
 * file.
 */
function curvesOf(evaluation: CocoEvaluation): PrecisionCurve[] {
  const { iouThresholds, recallThresholds } = evaluation.parameters;
  const mean = (thresholds: readonly number[]) => {
    const curves = evaluation.categoryIds.flatMap((_, category) =>
      thresholds.map((threshold) =>
        precisionCurve(evaluation, { area: 'all', most: 100, category, threshold }),
      ),
    );
    const known = curves.filter((curve) => curve !== null);
    return recallThresholds.map((_, at) =>
      known.length === 0
        ? null
        : (100 * known.reduce((sum, curve) => sum + (curve[at] as number), 0)) / known.length,
    );
  };
  return [
    { iou: '0.50', category: null, precision: mean([0.5]) },
    { iou: '0.75', category: null, precision: mean([0.75]) },
    { iou: '0.50:0.95', category: null, precision: mean(iouThresholds) },
  ];
}

async function samplesOf({ data, found, masks }: ArtefactOptions): Promise<DetectionSample[]> {
  const { test, annotations, categoryIds } = data;
  const samples: DetectionSample[] = [];
  for (const [index, picture] of test.pictures.slice(0, sampleCount).entries()) {
    const { factor, ...stored } = await samplePicture(test, index);
    const scaled = (box: readonly number[]) =>
      box.map((value) => Math.round(100 * value * factor) / 100) as unknown as SampleBox;
    samples.push({
      file: fileName(picture),
      ...stored,
      objects: annotations.test.annotations
        .filter(({ imageId }) => imageId === picture.id)
        .map(({ bbox, categoryId, crowd }) => ({
          box: scaled(bbox),
          category: categoryIds.indexOf(categoryId),
          crowd,
        })),
      detections: detectionsOf(found.pictures.get(index), scaled),
      ...(masks !== null && {
        masks: sampleMasks(data, index, found.pictures.get(index), stored),
      }),
    });
  }
  return samples;
}

const fileName = ({ name }: DensePicture) => name.split('/').at(-1) as string;

function detectionsOf(
  found: Detections | undefined,
  scaled: (box: readonly number[]) => SampleBox,
): DetectionSample['detections'] {
  if (found === undefined) return [];
  return Array.from(found.scores, (score, row) => {
    const [left, top, right, bottom] = found.boxes.subarray(row * 4, row * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const box = scaled([left, top, right - left, bottom - top]);
    return { box, category: found.labels[row] as number, score };
  }).filter(({ score }) => score >= leastScore);
}
