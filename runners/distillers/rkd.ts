import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { defineMethod } from './define.ts';
import { flatten, normalizeRows, smoothL1 } from './feature-ops.ts';
import { unless, unlessAny } from './idle.ts';
import { klTermIdle, onFeatures, withCurriculum } from './on-features.ts';
import * as option from './option.ts';

const cfg = 'megvii-research/mdistiller@a08d46f mdistiller/engine/cfg.py (RKD)';

/**
 * Relational knowledge distillation: distances between the pooled features of every pair of a
 * batch, in units of their mean, and the cosines of the angles of every triple, compared by the
 * smooth L1 loss.
 *
 * The mean distance is taken over pairs of different pictures: clamped at epsilon their distances
 * are positive, so "positive distances only" of the official code says the same without a shape
 * that depends on data.
 */
export const rkd = defineMethod({
  kind: 'network',
  id: 'rkd',
  pictures: 'compared',
  title: 'Relational knowledge distillation',
  reference: {
    paper: 'Park et al.: Relational Knowledge Distillation, CVPR 2019, arXiv 1904.05068',
    equations: 'Equations 4 to 8 (distance-wise and angle-wise losses with the Huber loss)',
    official: 'megvii-research/mdistiller@a08d46f mdistiller/distillers/RKD.py (rkd_loss)',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', cfg),
    featWeight: option.weight(1, 'Multiplies both parts', cfg),
    ...option.klTerm(0),
    distanceWeight: option.weight(25, 'Weight of the distances', cfg),
    angleWeight: option.weight(50, 'Weight of the angles', cfg),
    epsilon: option.number({
      default: 1e-12,
      min: 0,
      open: true,
      about: 'Least squared distance',
      source: `${cfg}: PDIST.EPSILON`,
    }),
    distances: option.choice({
      default: 'plain',
      choices: ['plain', 'squared'],
      about: 'Whether distances are squared',
      source: `${cfg}: PDIST.SQUARED is False`,
    }),
  },
  idle: {
    ...klTermIdle,
    featWeight: unlessAny('distanceWeight', 'angleWeight'),
    distanceWeight: unless('featWeight'),
    angleWeight: unless('featWeight'),
    epsilon: unless('featWeight', 'distanceWeight'),
    distances: unless('featWeight', 'distanceWeight'),
  },
  defaultsWith: withCurriculum,
  // CTKD's table 3 has RKD with its temperature; its script for it is not in the repository.
  refuses: onFeatures('rkd', true),
  build: ({ epsilon, distances, distanceWeight, angleWeight, featWeight }) => ({
    params: [],
    terms: ({ student, teacher }) => {
      const [a, b] = [flatten(student.pooled), flatten(teacher.pooled)];
      const measure = (features: Tensor2D) =>
        relativeDistances(features, epsilon, distances === 'squared');
      const distance = smoothL1(measure(a), measure(b));
      const angle = smoothL1(cosines(a), cosines(b));
      const loss = tf.add<Scalar>(tf.mul(distance, distanceWeight), tf.mul(angle, angleWeight));
      return { rkd: tf.mul(loss, featWeight) };
    },
  }),
});

/**
 * Distances [B, B] of rows [B, D] divided by the mean over pairs of different rows; 0 on the
 * diagonal.
 */
function relativeDistances(rows: Tensor2D, epsilon: number, squared: boolean): Tensor2D {
  const batch = rows.shape[0];
  const squares = tf.sum(tf.square(rows), 1, true);
  const products = tf.matMul(rows, rows, false, true);
  const raw = tf.sub(tf.add(squares, tf.transpose(squares)), tf.mul(products, 2));
  const clamped = tf.maximum(raw, epsilon);
  const lengths: Tensor = squared ? clamped : tf.sqrt(clamped);
  const distances = tf.mul<Tensor2D>(lengths, tf.sub(1, tf.eye(batch)));
  return tf.div(distances, tf.div(tf.sum(distances), batch * (batch - 1)));
}

/** cos of the angle at picture i between j and k: [B, B, B]. */
function cosines(rows: Tensor2D): Tensor3D {
  const [batch, width] = rows.shape;
  const differences = tf.sub(
    tf.reshape(rows, [1, batch, width]),
    tf.reshape(rows, [batch, 1, width]),
  );
  const unit = tf.reshape(normalizeRows(tf.reshape(differences, [batch * batch, width])), [
    batch,
    batch,
    width,
  ]) as Tensor3D;
  return tf.matMul(unit, unit, false, true);
}
