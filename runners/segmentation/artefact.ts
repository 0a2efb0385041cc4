import {
  evaluationText,
  labelRuns,
  type SegmentationArtefact,
  type SegmentationSample,
} from '../../contract/evaluation-artefact.ts';
import type { MetricValue } from '../../contract/journal-types.ts';
import { schemaVersion } from '../../contract/spec.ts';
import { resizeNearest } from '../data/dense/resize.ts';
import type { DenseData, DensePicture } from '../data/dense/types.ts';
import { samplePicture } from '../tasks/sample-picture.ts';
import { percent, type SampleMaps, type SegmentedPictures } from './evaluation.ts';

export interface ArtefactOptions {
  readonly data: DenseData;
  readonly metrics: readonly MetricValue[];
  readonly found: SegmentedPictures;
  /** The epoch that was evaluated. */
  readonly epoch: number;
}

/** The text of `evaluation.json`: figures of every class, and label maps of the first pictures. */
export async function segmentationArtefact(options: ArtefactOptions): Promise<string> {
  const { data, metrics, epoch } = options;
  const artefact: SegmentationArtefact = {
    schemaVersion,
    task: 'segmentation',
    dataset: data.id,
    split: 'test',
    epoch,
    pictures: data.test.pictures.length,
    metrics: Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
    classes: classesOf(options),
    samples: await samplesOf(options),
  };
  return evaluationText(artefact);
}

function classesOf({ data, found: { matrix } }: ArtefactOptions): SegmentationArtefact['classes'] {
  const { labelled } = matrix.areas();
  const { iou, accuracy } = matrix.metrics();
  return data.labelClasses.map((name, index) => ({
    name,
    pixels: labelled[index] as number,
    IoU: percent(iou[index]),
    accuracy: percent(accuracy[index]),
  }));
}

async function samplesOf({ data, found }: ArtefactOptions): Promise<SegmentationSample[]> {
  const samples: SegmentationSample[] = [];
  for (const [index, maps] of [...found.samples].sort(([a], [b]) => a - b)) {
    const { factor: _, ...stored } = await samplePicture(data.test, index);
    samples.push({
      file: fileName(data.test.pictures[index] as DensePicture),
      ...stored,
      truth: runsOf(maps, 'truth', stored),
      prediction: runsOf(maps, 'prediction', stored),
    });
  }
  return samples;
}

function runsOf(
  { height, width, ...maps }: SampleMaps,
  which: 'truth' | 'prediction',
  stored: { readonly height: number; readonly width: number },
) {
  const map = { pixels: maps[which], height, width, channels: 1 };
  return labelRuns(resizeNearest(map, stored.height, stored.width).pixels);
}

const fileName = ({ name }: DensePicture) => name.split('/').at(-1) as string;
