import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { DenseBatch, Targets } from '../../data/dense/batch.ts';
import type { TensorMap } from '../../engine/types.ts';

/** True boxes of a batch in a fixed shape: for detectors that assign inside the step. */
export interface PaddedTruth {
  /** [B, G, 4] */
  readonly boxes: Tensor3D;
  /** [B, G] int32 */
  readonly labels: Tensor2D;
  /** [B, G] 1 for boxes, 0 for empty places. */
  readonly valid: Tensor2D;
}

/** The pictures' boxes and sizes in arrays of one shape. */
export function paddedTruth(
  { pictures }: Pick<DenseBatch, 'pictures'>,
  batchSize: number,
  places: number,
): Targets {
  const truthBoxes = new Float32Array(batchSize * places * 4);
  const truthLabels = new Int32Array(batchSize * places);
  const truthValid = new Float32Array(batchSize * places);
  const imgShapes = new Float32Array(batchSize * 2);
  pictures.forEach(({ boxes, labels, imgShape }, slot) => {
    truthBoxes.set(boxes, slot * places * 4);
    truthLabels.set(labels, slot * places);
    truthValid.fill(1, slot * places, slot * places + labels.length);
    imgShapes.set(imgShape, slot * 2);
  });
  return { truthBoxes, truthLabels, truthValid, imgShapes };
}

/** The true boxes among a step's inputs. */
export function truthOf(inputs: TensorMap): PaddedTruth {
  return {
    boxes: inputs['truthBoxes'] as Tensor3D,
    labels: inputs['truthLabels'] as Tensor2D,
    valid: inputs['truthValid'] as Tensor2D,
  };
}
