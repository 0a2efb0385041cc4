import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { hasKernel } from './kernels.ts';
import { attribute, defineOp, execute, executeOne, shapeError } from './native.ts';
import { classRows } from './selection.ts';

export interface FocalOptions {
  /** Weight of a positive; a negative's is 1 - alpha. */
  readonly alpha: number;
  readonly gamma: number;
}

/** Results: loss per row, and its gradient with respect to the logits. */
const focalOp = defineOp<'logits' | 'labels', FocalOptions>('SigmoidFocalLoss', {
  forward({ logits, labels }, { alpha, gamma }) {
    if (gamma === 2 && hasKernel(logits)) {
      // One pass for all; the kernel's first result is the gradient.
      const given = [logits, tf.cast(labels, 'float32')];
      return execute('RedistillFocalRows', [attribute.float('alpha', alpha)], given, 2).reverse();
    }
    const classes = logits.shape[1] as number;
    // -1 where the logit's own class is the label, else 1: s is the logit of being wrong.
    const sign = classRows(labels as Tensor1D, classes, -1, 1);
    const s = tf.mul(logits, sign);
    const wrong = tf.sigmoid(s);
    const entropy = executeOne('Softplus', [attribute.type('T')], [s]);
    const share = tf.add(tf.mul(sign, 0.5 - alpha), 0.5);
    const power = gamma === 2 ? tf.square(wrong) : tf.pow(wrong, gamma);
    const weight = tf.mul(share, power);
    const loss = tf.sum(tf.mul(weight, entropy), 1);
    const slope = tf.add(tf.mul(tf.mul(tf.sub(1, wrong), entropy), gamma), wrong);
    return [loss, tf.mul(tf.mul(weight, slope), sign)];
  },
  saveInputs: [],
  saveOutputs: [false, true],
  gradient: (dy, [backprop]) => ({
    logits: () => tf.mul(backprop as Tensor, dy.reshape([-1, 1])),
  }),
});

/**
 * Focal loss on sigmoids (Lin et al. 2017, arXiv:1708.02002, eq. 5), summed over the classes of
 * each row: with q the probability of being wrong, alpha_t q^gamma (-log(1 - q)), from the logit
 * without overflow.
 *
 * Official file: mmdetection 3.3.0 mmdet/models/losses/focal_loss.py.
 *
 * @param logits [N, K]
 * @param labels [N] int32; K means that the row is all background
 * @returns [N]
 * @throws EngineError `ENGINE_SHAPE` when rows and labels do not match
 */
export function sigmoidFocalRows(
  logits: Tensor2D,
  labels: Tensor1D,
  options: FocalOptions = { alpha: 0.25, gamma: 2 },
): Tensor1D {
  if (logits.rank !== 2 || labels.rank !== 1 || logits.shape[0] !== labels.shape[0]) {
    throw shapeError(
      'focal loss',
      `logits [${logits.shape}] and labels [${labels.shape}] must be [N, classes] and [N].`,
    );
  }
  return focalOp({ logits, labels }, options)[0] as Tensor1D;
}

const binaryOp = defineOp<'logits' | 'targets', object>('BinaryCrossEntropy', {
  forward({ logits, targets }) {
    // softplus(x) - x t = max(x, 0) - x t + log(1 + exp(-|x|))
    const softplus = executeOne('Softplus', [attribute.type('T')], [logits]);
    return [tf.sub(softplus, tf.mul(logits, targets)), tf.sub(tf.sigmoid(logits), targets)];
  },
  saveInputs: [],
  saveOutputs: [false, true],
  gradient: (dy, [backprop]) => ({ logits: () => tf.mul(backprop as Tensor, dy) }),
});

/**
 * Cross-entropy of sigmoid(logits) with targets in [0, 1], element by element. No gradient flows to
 * the targets.
 */
export function binaryCrossEntropy<T extends Tensor>(logits: T, targets: T): T {
  return binaryOp({ logits, targets }, {})[0] as T;
}
