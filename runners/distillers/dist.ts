import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { defineMethod } from './define.ts';
import { firstOf, unless, unlessAny } from './idle.ts';
import * as option from './option.ts';
import { defineRowOp } from './row-op.ts';

const args = 'Hao840/OFAKD@f7bb896 train.py';

/**
 * DIST: T^2 (beta inter + gamma intra), where inter is 1 minus the mean Pearson correlation of the
 * predictions of a picture and intra the same of the predictions for a class over the batch.
 */
export const dist = defineMethod({
  kind: 'network',
  id: 'dist',
  pictures: 'compared',
  title: 'Distillation from a stronger teacher',
  readsLogits: true,
  reference: {
    paper:
      'Huang et al.: Knowledge Distillation from A Stronger Teacher, NeurIPS 2022, arXiv 2205.10536',
    equations: 'Equations 6 to 11 (Pearson distance, inter-class and intra-class relations)',
    official: 'Hao840/OFAKD@f7bb896 distillers/dist.py (dist_loss)',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', `${args} (--gt-loss-weight)`),
    kdWeight: option.weight(1, 'Weight of the distillation loss', `${args} (--kd-loss-weight)`),
    beta: option.weight(1, 'Weight of the relations within a picture', `${args} (--dist-beta)`),
    gamma: option.weight(1, 'Weight of the relations within a class', `${args} (--dist-gamma)`),
    temperature: option.temperature(1, `${args} (--dist-tau)`),
  },
  idle: {
    kdWeight: unlessAny('beta', 'gamma'),
    beta: unless('kdWeight'),
    gamma: unless('kdWeight'),
    temperature: firstOf(unless('kdWeight'), unlessAny('beta', 'gamma')),
  },
  refuses: () =>
    'dist compares correlations over the whole batch, not rows of logits; none of its papers combines them',
  build: ({ temperature, beta, gamma, kdWeight }) => {
    return {
      params: [],
      terms: ({ student, teacher }) => {
        const [a, b] = [student, teacher].map(({ logits }) =>
          tf.softmax(tf.div(logits, temperature)),
        ) as [Tensor2D, Tensor2D];
        const loss = tf.add<Scalar>(
          tf.mul(relation(a, b), temperature ** 2 * beta),
          tf.mul(relation(tf.transpose(a), tf.transpose(b)), temperature ** 2 * gamma),
        );
        return { dist: tf.mul(loss, kdWeight) };
      },
    };
  },
});

/** 1 minus the mean Pearson correlation of corresponding rows. */
function relation(a: Tensor2D, b: Tensor2D): Scalar {
  const centred = (rows: Tensor2D) => tf.sub(rows, tf.mean(rows, 1, true));
  return tf.sub(1, tf.mean(cosines(centred(a), centred(b))));
}

/**
 * a b / (|a| |b| + 1e-8) per row: [R, D], [R, D] -> [R]. A zero row of `a` has the gradient of its
 * product only.
 */
function cosines(a: Tensor, b: Tensor): Tensor1D {
  return cosinesOp({ a, b }, {}) as Tensor1D;
}

const epsilon = 1e-8;

const cosinesOp = defineRowOp<'a' | 'b', object>('Cosines', {
  saves: ['a', 'b'],
  results: 1,
  forward: ({ a, b }) => {
    const { product, size } = partsOf(a, b);
    return [tf.reshape(tf.div(product, size), [-1])];
  },
  gradient: (dy, [a, b]) => ({
    a: () => cosineGradient(dy, a as Tensor, b as Tensor),
    b: () => cosineGradient(dy, b as Tensor, a as Tensor),
  }),
});

function partsOf(a: Tensor, b: Tensor) {
  const length = (rows: Tensor) => tf.sqrt(tf.sum(tf.square(rows), 1, true));
  const [own, other] = [length(a), length(b)];
  const size = tf.add(tf.mul(own, other), epsilon);
  return { product: tf.sum(tf.mul(a, b), 1, true), own, other, size };
}

/** b / n - a (a b) |b| / (|a| n^2) with n = |a| |b| + 1e-8; the second part is 0 where a is. */
function cosineGradient(dy: Tensor, a: Tensor, b: Tensor): Tensor {
  const { product, own, other, size } = partsOf(a, b);
  const unit = tf.div(a, tf.maximum(own, 1.2e-38));
  const second = tf.div(tf.mul(unit, tf.mul(product, other)), tf.square(size));
  return tf.mul(tf.sub(tf.div(b, size), second), tf.reshape(dy, [-1, 1]));
}
