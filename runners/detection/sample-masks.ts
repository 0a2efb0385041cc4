import {
  type DetectionSample,
  labelRuns,
  leastDrawnScore,
  noClass,
} from '../../contract/evaluation-artefact.ts';
import { bitmapOf, type Rle } from '../data/coco/rle.ts';
import { rleOf } from '../data/coco/segmentation.ts';
import { resizeNearest } from '../data/dense/resize.ts';
import type { AnnotatedData } from './evaluation.ts';
import type { Detections } from './geometry/detections.ts';

/** A mask of a category. */
interface Painted {
  readonly mask: Rle;
  readonly category: number;
}

/**
 * The category of every pixel of a stored picture, by its annotations and by the masks of its
 * detections; the smaller object is above the larger, the better detection above the worse.
 *
 * @param index position of the picture in the test split
 * @param stored size of the picture as the artefact has it
 */
export function sampleMasks(
  { test, annotations, categoryIds }: AnnotatedData,
  index: number,
  found: Detections | undefined,
  stored: { readonly width: number; readonly height: number },
): NonNullable<DetectionSample['masks']> {
  const picture = test.pictures[index] as (typeof test.pictures)[number];
  const truth = annotations.test.annotations
    .filter(({ imageId, segmentation }) => imageId === picture.id && segmentation !== null)
    .toSorted((a, b) => b.area - a.area)
    .map(({ segmentation, categoryId }) => ({
      mask: rleOf(segmentation as NonNullable<typeof segmentation>, picture.height, picture.width),
      category: categoryIds.indexOf(categoryId),
    }));
  // Detections come best first.
  const detections = (found?.masks ?? [])
    .map((mask, row) => ({ mask, category: found?.labels[row] as number, row }))
    .filter(({ row }) => (found?.scores[row] as number) >= leastDrawnScore)
    .reverse();
  const map = (masks: readonly Painted[]) => {
    const pixels = painted(masks, picture);
    const { width, height } = picture;
    const { pixels: shown } = resizeNearest(
      { pixels, width, height, channels: 1 },
      stored.height,
      stored.width,
    );
    return labelRuns(shown);
  };
  return { truth: map(truth), detections: map(detections) };
}

function painted(
  masks: readonly Painted[],
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const labels = new Uint8Array(width * height).fill(noClass);
  for (const { mask, category } of masks) {
    bitmapOf(mask).forEach((inside, place) => {
      if (inside === 1) labels[place] = category;
    });
  }
  return labels;
}
