import type { Scalar, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { rowLengths } from '../feature-ops.ts';
import { unless } from '../idle.ts';
import * as option from '../option.ts';
import { defineDenseMethod } from './define.ts';
import { nearestLabels } from './nearest-labels.ts';
import { batchMean, squaresPerPicture } from './reduce.ts';
import { mapOption, segmenterMap, segmentersOnly } from './segmenter-map.ts';

const code = 'YukangWang/IFVD@950a7a5';

/**
 * Intra-class feature variation distillation: in each picture the features of a class are averaged
 * to its prototype, and the cosine of every position's feature with the prototype of its class is
 * pulled towards the teacher's. A position has the label of the pixel that it starts at.
 *
 * A position without a class is its own prototype in the official code: its cosine is 1 in both
 * networks, and it counts in the mean over positions.
 */
export const ifvd = defineDenseMethod({
  id: 'ifvd',
  title: 'Intra-class feature variation distillation',
  reference: {
    paper:
      'Wang et al.: Intra-class Feature Variation Distillation for Semantic Segmentation, ECCV 2020, ecva.net papers_ECCV/papers/123520341.pdf',
    equations: 'Section 3, intra-class feature variation and its loss',
    official: `${code} utils/criterion.py (CriterionIFV)`,
  },
  options: {
    on: mapOption('embedding', `${code} utils/criterion.py (preds[2])`),
    weight: option.weight(
      200,
      'Weight of the mean squared difference of cosines',
      `${code} options.py (--lambda-ifv)`,
    ),
  },
  idle: { on: unless('weight') },
  refuses: segmentersOnly,
  build: ({ on, weight }, setting) => {
    const { map } = segmenterMap('ifvd', setting, on);
    const classes = setting.student.logits[0] as number;
    return {
      params: [],
      terms: (step) => {
        const [student, teacher] = [map(step.student), map(step.teacher)];
        const { shape } = student;
        const labels = nearestLabels(step.labels as Tensor3D, [shape[1], shape[2]]);
        const [own, other] = [
          variation(student, labels, classes),
          variation(teacher, labels, classes),
        ];
        const squares = squaresPerPicture(own, other);
        const mean = tf.div<Scalar>(batchMean(squares, step), own.shape[1] as number);
        return { ifvd: tf.mul<Scalar>(mean, weight) };
      },
    };
  },
});

/**
 * Cosines of features with the prototypes of their classes: [B, H, W, C] and labels [B, H * W] give
 * [B, H * W].
 */
function variation(map: Tensor4D, labels: Tensor2D, classes: number): Tensor2D {
  const [batch, height, width, channels] = map.shape;
  const features = tf.reshape(map, [batch, height * width, channels]) as Tensor3D;
  const member = tf.oneHot(labels, classes, 1, 0, 'float32') as Tensor3D;
  // The row of a position without a class is 0.
  const without = tf.sub(1, tf.sum(member, 2, true));
  const counts = tf.add(tf.sum(member, 1), 1e-6);
  const sums = tf.matMul(member, features, true, false);
  const prototypes = tf.div<Tensor3D>(sums, tf.reshape(counts, [batch, classes, 1]));
  const own = tf.add(tf.matMul(member, prototypes), tf.mul(without, features)) as Tensor3D;
  return cosines(features, own);
}

/** PyTorch's `CosineSimilarity` of the last axis: lengths are at least 1e-8. [B, N, C] -> [B, N] */
function cosines(a: Tensor3D, b: Tensor3D): Tensor2D {
  const [batch, positions, channels] = a.shape;
  const lengths = (x: Tensor3D) =>
    tf.reshape(tf.maximum(rowLengths(tf.reshape(x, [-1, channels])), 1e-8), [batch, positions]);
  return tf.div(tf.sum(tf.mul(a, b), 2), tf.mul(lengths(a), lengths(b)));
}
