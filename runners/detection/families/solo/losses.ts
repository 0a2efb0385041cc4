import type { Scalar, Tensor, Tensor1D, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { EngineError } from '../../../engine/errors.ts';
import { bitsOf, classRows, sigmoidFocalRows } from '../../../engine/ops/index.ts';
import { tf } from '../../../engine/tensorflow.ts';
import type { TensorMap } from '../../../engine/types.ts';
import { type BatchPart, wholeBatch } from '../../../tasks/parts/part.ts';
import { divisor } from '../../parts/divisor.ts';
import { maskStrides, type SoloGrids } from './grids.ts';

export interface SoloLosses {
  readonly mask: Scalar;
  readonly cls: Scalar;
}

/** Weight of the masks' loss, and what keeps its divisions finite. */
const maskWeight = 3;
const epsilon = 1e-3;

/**
 * SOLO's losses (Wang et al. 2020, arXiv:1912.04488, eqs. 1 to 3): the dice loss (Milletari et al.
 * 2016, arXiv:1606.04797, with squares) of the masks of positive cells, and the focal loss of all
 * cells' classes.
 *
 * A cell's loss needs three sums over positions alone. Those with the true mask are taken for all
 * objects of the picture in one product of matrices, of which each cell chooses its own: no shape
 * depends on how many cells are positive.
 *
 * Official files: mmdetection 3.3.0 mmdet/models/dense_heads/solo_head.py, `loss_by_feat`;
 * mmdet/models/losses/dice_loss.py.
 *
 * @param logits of every level [B, S, S, K]
 * @param masks of every level [B, H, W, S S] logits
 * @param inputs the tensors of `SoloTargets`; masks are `masks4` and so on
 * @param part the pictures of the batch that these are
 */
export function soloLosses(
  { logits, masks }: { readonly logits: readonly Tensor4D[]; readonly masks: readonly Tensor4D[] },
  inputs: TensorMap,
  grids: SoloGrids,
  part: BatchPart = wholeBatch,
): SoloLosses {
  const { labels, labelWeights, owners, positive } = inputs as Record<
    'labels' | 'labelWeights' | 'owners' | 'positive',
    Tensor2D
  >;
  const [pictures, cells] = labels.shape;
  const strides = maskStrides(grids);
  const positives = part.total(tf.sum(positive));
  let start = 0;
  const dice = masks.map((map, level) => {
    const [, height, width, count] = map.shape;
    const ofLevel = (whole: Tensor2D) => tf.slice(whole, [0, start], [pictures, count]) as Tensor2D;
    const packed = inputs[`masks${strides[level]}`] as Tensor3D;
    const places = packed.shape[1];
    const bits = bitsOf(packed);
    if (bits.shape[2] !== 32 * Math.ceil((height * width) / 32)) {
      throw new EngineError(
        'ENGINE_SHAPE',
        `The masks of level ${level} have ${height} x ${width} positions, and their targets ${bits.shape[2]} bits.`,
        { hint: 'The strides of the grids must be those of the maps that the head sees.' },
      );
    }
    const truth = tf.slice(bits, [0, 0, 0], [pictures, places, height * width]) as Tensor3D;
    const shares = tf.sigmoid(map).reshape([pictures, height * width, count]) as Tensor3D;
    const own = classRows(tf.cast(ofLevel(owners), 'int32'), places) as Tensor3D;
    const both = tf.sum(tf.mul(tf.transpose(tf.matMul(truth, shares), [0, 2, 1]), own), 2);
    const area = tf.sum(tf.mul(tf.sum(truth, 2).reshape([pictures, 1, places]), own), 2);
    const squares = tf.sum(tf.square(shares), 1);
    const close = tf.div(tf.mul(both, 2), tf.add(tf.add(squares, area), 2 * epsilon));
    const loss = tf.sum(tf.mul(tf.sub(1, close), ofLevel(positive)));
    start += count;
    return loss;
  });
  const rows = tf.concat(
    logits.map((map) => map.reshape([pictures, -1, map.shape[3]])),
    1,
  );
  const focal = sigmoidFocalRows(
    rows.reshape([pictures * cells, -1]) as Tensor2D,
    tf.cast(labels.reshape([pictures * cells]), 'int32') as Tensor1D,
  );
  return {
    mask: tf.mul(tf.div(tf.addN(dice as Tensor[]), tf.maximum(positives, 1)), maskWeight),
    cls: tf.div(
      tf.sum(tf.mul(focal, labelWeights.reshape([pictures * cells]))),
      divisor(tf.add(positives, 1)),
    ),
  };
}
