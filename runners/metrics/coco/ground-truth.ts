import type { CocoAnnotations } from '../../data/coco/annotations.ts';
import { fieldError } from '../../data/coco/json.ts';
import { DrawingBudget, rleOf } from '../../data/coco/segmentation.ts';
import type { CocoIndex, GroundTruth, IouType } from './items.ts';

/**
 * The annotations as columns, in the order of the file.
 *
 * @throws DataError `COCO_FIELD` naming an annotation without a mask where masks are compared
 */
export function groundTruthOf(
  { annotations, images }: CocoAnnotations,
  { imageAt, categoryAt }: CocoIndex,
  iou: IouType,
  file: string,
): GroundTruth {
  const sizes = new Map(images.map((image) => [image.id, image]));
  const budget = new DrawingBudget(annotations.length);
  const masks = annotations.map(({ segmentation, imageId }, index) => {
    if (iou === 'bbox') return null;
    const place = { file, item: `annotations[${index}]` };
    if (segmentation === null) {
      throw fieldError(place, 'segmentation', 'is missing, but masks are to be compared');
    }
    const { height, width } = sizes.get(imageId) as { height: number; width: number };
    try {
      return rleOf(segmentation, height, width, undefined, budget);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw fieldError(place, 'segmentation', error.message);
    }
  });
  return {
    ids: Float64Array.from(annotations, ({ id }) => id),
    images: Int32Array.from(annotations, ({ imageId }) => imageAt.get(imageId) as number),
    categories: Int32Array.from(
      annotations,
      ({ categoryId }) => categoryAt.get(categoryId) as number,
    ),
    boxes: Float64Array.from(annotations.flatMap(({ bbox }) => bbox)),
    areas: Float64Array.from(annotations, ({ area }) => area),
    crowd: Uint8Array.from(annotations, ({ crowd }) => Number(crowd)),
    masks: iou === 'bbox' ? null : masks.filter((mask) => mask !== null),
  };
}
