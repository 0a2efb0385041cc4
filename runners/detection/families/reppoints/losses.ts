import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { detach, sigmoidFocalRows, smoothAbsoluteError } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { TensorMap } from '../../../engine/types.ts';
import type { Forward } from '../../../networks/types.ts';
import { type BatchPart, wholeBatch } from '../../../tasks/parts/part.ts';
import { retinaAssign } from '../../geometry/assign.ts';
import { assignInStep, type StepTargets } from '../../geometry/assign-ops.ts';
import type { Boxes } from '../../geometry/boxes.ts';
import { truthOf } from '../../geometry/padded-truth.ts';
import { divisor } from '../../parts/divisor.ts';
import type { RepPointsHead, RepPointsMaps } from './head.ts';

/** Loss of every level; a step minimizes the sum of all. */
export interface RepPointsLosses {
  readonly cls: readonly Scalar[];
  readonly initial: readonly Scalar[];
  readonly refined: readonly Scalar[];
}

/** Of the boxes' losses: the weight of the first stage, and where they begin to be linear. */
const initialWeight = 0.5;
const beta = 0.11;

export interface RepPointsSetting {
  readonly strides: readonly number[];
  readonly classes: number;
  /** Boxes are compared in units of this many strides (`point_base_scale`). */
  readonly scale?: number;
}

/**
 * RepPoints' losses (Yang et al. 2019, arXiv:1904.11490, section 4.2): smooth L1 of both stages'
 * boxes, focal loss of the classes of the second. Its targets are made here, by how the boxes of
 * the first stage overlap true ones.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/dense_heads/reppoints_head.py, `loss_by_feat`.
 *
 * @param inputs the tensors of `RepPointsTargets` and the true boxes, points of all levels one
 *   after the other
 * @param points the priors
 * @param pictures which of the batch they are
 */
export function repPointsLosses(
  context: Forward,
  head: Pick<RepPointsHead, 'boxes'>,
  { logits, initial, refined }: RepPointsMaps,
  inputs: TensorMap,
  points: Boxes,
  { strides, classes, scale = 4 }: RepPointsSetting,
  pictures: BatchPart = wholeBatch,
): RepPointsLosses {
  const { boxTargets, boxWeights, normaliser } = inputs as Record<
    'boxTargets' | 'boxWeights' | 'normaliser',
    Tensor
  >;
  const stages = [initial, refined].map((maps) => maps.map((map) => head.boxes(context, map))) as [
    Tensor3D[],
    Tensor3D[],
  ];
  const { ends, starts } = placesOf(stages[0]);
  const second = secondTargets(stages[0], inputs, points, { strides, classes });
  const perPicture = tf.maximum(tf.sum(second.positive, 1), 1);
  const divisors = {
    first: divisor(normaliser),
    second: divisor(pictures.total(tf.sum(perPicture))),
  };
  const levels = logits.map((map, level) => {
    const [from, to] = [starts[level] as number, ends[level] as number];
    const part = <T extends Tensor>(whole: T): T =>
      tf.slice(
        whole,
        [0, from, ...whole.shape.slice(2).map(() => 0)],
        [whole.shape[0] as number, to - from, ...whole.shape.slice(2)],
      ) as T;
    const stride = strides[level] as number;
    const corners = tf.tensor3d(points.slice(4 * from, 4 * to), [1, to - from, 4]);
    const away = (boxes: Tensor3D, truth: Tensor, weights: Tensor) => {
      const wanted = tf.div(tf.sub(part(truth), corners), stride * scale) as Tensor3D;
      const rows = smoothAbsoluteError(tf.div(boxes, scale) as Tensor3D, wanted, beta);
      return tf.sum(tf.mul(tf.sum(rows, 2), part(weights)));
    };
    return {
      cls: tf.div(classLoss(map, part(second.labels), part(second.labelWeights)), divisors.second),
      initial: tf.mul(
        tf.div(away(stages[0][level] as Tensor3D, boxTargets, boxWeights), divisors.first),
        initialWeight,
      ),
      refined: tf.div(
        away(stages[1][level] as Tensor3D, second.boxTargets, second.positive),
        divisors.second,
      ),
    };
  });
  return {
    cls: levels.map(({ cls }) => cls as Scalar),
    initial: levels.map(({ initial }) => initial as Scalar),
    refined: levels.map(({ refined }) => refined as Scalar),
  };
}

/**
 * What the second stage should say: targets of the boxes of the first, by their overlaps.
 *
 * @param boxes of every level, in strides from the cells' corners
 */
export function secondTargets(
  boxes: readonly Tensor3D[],
  inputs: TensorMap,
  points: Boxes,
  { strides, classes }: Pick<RepPointsSetting, 'strides' | 'classes'>,
): StepTargets {
  const { starts, ends } = placesOf(boxes);
  const pixels = boxes.map((each, level) => {
    const corners = points.slice(4 * (starts[level] as number), 4 * (ends[level] as number));
    const own = tf.tensor3d(corners, [1, corners.length / 4, 4]);
    return tf.add(tf.mul(detach(each), strides[level] as number), own);
  });
  const valid = inputs['valid'] as Tensor2D;
  const all = tf.concat(pixels, 1) as Tensor3D;
  return assignInStep(all, valid, truthOf(inputs), classes, retinaAssign);
}

function classLoss(map: Tensor4D, labels: Tensor2D, weights: Tensor2D): Tensor {
  const rows = labels.size;
  const logits = map.reshape([rows, -1]) as Tensor2D;
  const classes = tf.cast(labels.reshape([rows]), 'int32') as Tensor1D;
  const losses = sigmoidFocalRows(logits, classes);
  return tf.sum(tf.mul(losses, weights.reshape([rows])));
}

/** Where each level begins and ends among all points. */
function placesOf(levels: readonly Tensor3D[]): { starts: number[]; ends: number[] } {
  const ends: number[] = [];
  let end = 0;
  for (const { shape } of levels) {
    end += shape[1];
    ends.push(end);
  }
  return { ends, starts: [0, ...ends.slice(0, -1)] };
}
