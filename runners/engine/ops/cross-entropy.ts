import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { attribute, defineOp, execute, shapeError } from './native.ts';

/** Results: loss per row, and its gradient with respect to the logits. */
const sparseOp = defineOp<'logits' | 'labels', Record<never, never>>('SparseCrossEntropy', {
  forward: ({ logits, labels }) =>
    execute(
      'SparseSoftmaxCrossEntropyWithLogits',
      [attribute.type('T'), attribute.type('Tlabels', 'int32')],
      [logits, labels],
      2,
    ),
  saveInputs: [],
  saveOutputs: [false, true],
  gradient: (dy, [backprop]) => ({
    logits: () => tf.mul(backprop as Tensor, dy.reshape([-1, 1])),
  }),
});

/** The same for rows of target probabilities. No gradient flows to the targets. */
const denseOp = defineOp<'logits' | 'targets', Record<never, never>>('DenseCrossEntropy', {
  forward: ({ logits, targets }) =>
    execute('SoftmaxCrossEntropyWithLogits', [attribute.type('T')], [logits, targets], 2),
  saveInputs: [],
  saveOutputs: [false, true],
  gradient: (dy, [backprop]) => ({
    logits: () => tf.mul(backprop as Tensor, dy.reshape([-1, 1])),
  }),
});

/**
 * Cross-entropy of softmax(logits) [B, classes] against class indices [B] int32, per row: [B].
 *
 * @param smoothing weight e of label smoothing, PyTorch's: the target is (1 - e) one-hot + e /
 *   classes. 0 is the plain loss
 * @throws EngineError `ENGINE_SHAPE` when rows and labels do not match
 */
export function crossEntropyRows(logits: Tensor2D, labels: Tensor1D, smoothing = 0): Tensor1D {
  if (logits.rank !== 2 || labels.rank !== 1 || logits.shape[0] !== labels.shape[0]) {
    throw shapeError(
      'cross-entropy',
      `logits [${logits.shape}] and labels [${labels.shape}] must be [B, classes] and [B].`,
    );
  }
  if (smoothing === 0) return sparseOp({ logits, labels }, {})[0] as Tensor1D;
  const classes = logits.shape[1];
  const hot = 1 - smoothing + smoothing / classes;
  const targets = tf.oneHot(labels, classes, hot, smoothing / classes, 'float32');
  return denseOp({ logits, targets }, {})[0] as Tensor1D;
}

/** Mean over the batch of `crossEntropyRows`. */
export function crossEntropy(logits: Tensor2D, labels: Tensor1D, smoothing = 0): Scalar {
  return tf.mean(crossEntropyRows(logits, labels, smoothing));
}

/**
 * Mean cross-entropy of softmax(logits) [B, classes] against shares of the classes [B, classes]:
 * labels that were smoothed and mixed (timm's `SoftTargetCrossEntropy`).
 *
 * @throws EngineError `ENGINE_SHAPE` when the shapes differ
 */
export function softCrossEntropy(logits: Tensor2D, targets: Tensor2D): Scalar {
  if (logits.shape.join() !== targets.shape.join()) {
    throw shapeError(
      'cross-entropy',
      `logits [${logits.shape}] and targets [${targets.shape}] must be of one shape.`,
    );
  }
  return tf.mean(denseOp({ logits, targets }, {})[0] as Tensor1D);
}

/**
 * Number of rows whose largest logit is the label, as an int32 scalar. Of equal logits the first
 * counts.
 */
export function correctCount(logits: Tensor2D, labels: Tensor1D): Scalar {
  return tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'int32'));
}
