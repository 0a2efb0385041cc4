import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ModuleScope } from '../networks/modules.ts';
import { defineMethod } from './define.ts';
import { absolute } from './feature-ops.ts';
import { unless } from './idle.ts';
import { onFeatures } from './on-features.ts';
import * as option from './option.ts';
import { partsContext } from './parts.ts';

const args = 'Hao840/OFAKD@f7bb896 train.py';

/**
 * Correlation congruence as OFA's repository has it: the pooled features of both networks, each
 * through a linear layer, are taken from each other, and the absolute differences of neighbours in
 * the batch are multiplied: scale * mean over i of sum_d |f_s - f_t|_i,d |f_s - f_t|_i+1,d.
 */
export const correlation = defineMethod({
  kind: 'network',
  id: 'correlation',
  pictures: 'compared',
  title: 'Correlation congruence',
  reference: {
    paper:
      'Peng et al.: Correlation Congruence for Knowledge Distillation, ICCV 2019, arXiv 1904.01802',
    equations:
      'Section 3.2; the official file compares neighbours of the batch where the paper compares correlation matrices',
    official: 'Hao840/OFAKD@f7bb896 distillers/correlation.py',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', `${args} (--gt-loss-weight)`),
    kdWeight: option.weight(1, 'Weight of the distillation loss', `${args} (--kd-loss-weight)`),
    scale: option.weight(0.02, 'Multiplies the correlation', `${args} (--correlation-scale)`),
    featDim: option.number({
      default: 128,
      min: 1,
      max: 4096,
      integer: true,
      about: 'Width of the common space',
      source: `${args} (--correlation-feat-dim)`,
    }),
  },
  idle: {
    kdWeight: unless('scale'),
    scale: unless('kdWeight'),
    featDim: unless('kdWeight', 'scale'),
  },
  refuses: onFeatures('correlation', false),
  build: ({ featDim: width, kdWeight, scale }, { student, teacher }) => {
    const scope = new ModuleScope();
    const own = scope.child('embed_s').linear('linear', student.pooled, width);
    const other = scope.child('embed_t').linear('linear', teacher.pooled, width);
    const weight = kdWeight * scale;
    return {
      params: scope.params,
      terms: (step) => {
        const context = partsContext(step);
        const [a, b] = [own(context, step.student.pooled), other(context, step.teacher.pooled)];
        return { correlation: tf.mul<Scalar>(neighbours(tf.sub(a, b)), weight) };
      },
    };
  },
});

/**
 * Mean over neighbours of the batch of the products of absolute differences. A batch of one has
 * none: 0.
 */
function neighbours(differences: Tensor2D): Scalar {
  const [batch, width] = differences.shape;
  if (batch < 2) return tf.mul<Scalar>(tf.sum(differences), 0);
  const size = absolute(differences);
  const [first, second] = [0, 1].map((start) => tf.slice(size, [start, 0], [batch - 1, width]));
  return tf.div(tf.sum(tf.mul(first as Tensor2D, second as Tensor2D)), batch - 1);
}
