import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { absoluteError, sigmoidFocalRows } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { TensorMap } from '../../../engine/types.ts';
import { divisor } from '../../parts/divisor.ts';
import type { LevelLosses } from '../../parts/levels.ts';
import type { DetectorOutput } from '../../types.ts';

/**
 * RetinaNet's losses: focal loss of every anchor that counts, L1 of the encoded boxes of positive
 * anchors, both divided by the number of positives.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/anchor_head.py, `loss_by_feat_single`.
 *
 * @param inputs the tensors of `RetinaTargets`, anchors of all levels one after the other
 */
export function retinaLosses(
  { logits, boxes }: Pick<DetectorOutput, 'logits' | 'boxes'>,
  inputs: TensorMap,
  classes: number,
): LevelLosses {
  const { labels, labelWeights, boxTargets, boxWeights, normaliser } = inputs as Record<
    'labels' | 'labelWeights' | 'boxTargets' | 'boxWeights' | 'normaliser',
    Tensor
  >;
  const total = divisor(normaliser);
  const cls: Scalar[] = [];
  const box: Scalar[] = [];
  let start = 0;
  logits.forEach((map, level) => {
    const deltas = boxes[level] as Tensor;
    const [pictures] = map.shape;
    const anchors = deltas.size / (4 * pictures);
    /** This level's part of [B, N, ...] as rows of all pictures. */
    const part = (whole: Tensor, ...rest: number[]) =>
      tf
        .slice(whole, [0, start, ...rest.map(() => 0)], [pictures, anchors, ...rest])
        .reshape([pictures * anchors, ...rest]);
    const own = tf.cast(part(labels), 'int32') as Tensor1D;
    const rows = sigmoidFocalRows(map.reshape([-1, classes]) as Tensor2D, own);
    cls.push(tf.div(tf.sum(tf.mul(rows, part(labelWeights))), total));
    const distances = absoluteError(deltas.reshape([-1, 4]), part(boxTargets, 4));
    const weighted = tf.mul(distances, part(boxWeights).reshape([-1, 1]));
    box.push(tf.div(tf.sum(weighted), total));
    start += anchors;
  });
  return { cls, box };
}
