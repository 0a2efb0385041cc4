import { sampleCount } from '../../contract/evaluation-artefact.ts';
import type { MetricValue } from '../../contract/journal-types.ts';
import type { BatchPicture, DenseBatch } from '../data/dense/batch.ts';
import type { DenseData } from '../data/dense/types.ts';
import { ConfusionMatrix } from '../metrics/confusion.ts';

/** Label maps of one of the first pictures, at the size at which it was tested. */
export interface SampleMaps {
  readonly height: number;
  readonly width: number;
  readonly truth: Uint8Array;
  readonly prediction: Uint8Array;
}

/**
 * What an evaluation of one student collects: areas over all pictures, and maps of the first ones.
 */
export class SegmentedPictures {
  readonly matrix: ConfusionMatrix;
  /** By position in the split. */
  readonly samples = new Map<number, SampleMaps>();

  constructor(classes: number) {
    this.matrix = new ConfusionMatrix(classes);
  }

  /** @param predictions [slots, height, width] classes of the batch's pictures */
  add(batch: DenseBatch, predictions: Int32Array): void {
    const area = batch.height * batch.width;
    const labels = batch.labelMaps as Uint8Array;
    batch.pictures.forEach((picture, slot) => {
      const part = <M extends Int32Array | Uint8Array>(maps: M) =>
        maps.subarray(slot * area, (slot + 1) * area) as M;
      // Labels of the padding are ignored, and so is what was predicted there.
      this.matrix.add(part(predictions), part(labels));
      if (picture.index < sampleCount) {
        this.samples.set(
          picture.index,
          sampleOf(picture, part(predictions), part(labels), batch.width),
        );
      }
    });
  }
}

function sampleOf(
  { imgShape: [height, width] }: BatchPicture,
  prediction: Int32Array,
  truth: Uint8Array,
  rowLength: number,
): SampleMaps {
  const cut = (map: Int32Array | Uint8Array) =>
    Uint8Array.from({ length: height * width }, (_, at) => {
      const [x, y] = [at % width, Math.floor(at / width)];
      return map[y * rowLength + x] as number;
    });
  return { height, width, truth: cut(truth), prediction: cut(prediction) };
}

/** Percent, or null where a class occurs neither in truth nor in predictions. */
export const percent = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : 100 * value;

/**
 * The figures in percent: `mIoU`, `aAcc`, `mAcc`, `mDice` and `IoU/<class>`; those that are not
 * defined are left out.
 */
export function segmentationMetrics(data: DenseData, matrix: ConfusionMatrix): MetricValue[] {
  const metrics = matrix.metrics();
  const figures: [string, number][] = [
    ['mIoU', metrics.mIoU],
    ['aAcc', metrics.aAcc],
    ['mAcc', metrics.mAcc],
    ['mDice', metrics.mDice],
    ...data.labelClasses.map((name, index): [string, number] => [
      `IoU/${name}`,
      metrics.iou[index] as number,
    ]),
  ];
  return figures.flatMap(([name, fraction]) => {
    const value = percent(fraction);
    return value === null ? [] : [{ task: 'segmentation', name, split: 'test', value }];
  });
}
