import type { Scalar, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { defineMethod } from './define.ts';
import { uniform } from './draws.ts';
import { unless } from './idle.ts';
import { mgdGeneration } from './mgd-generation.ts';
import { onFeatures } from './on-features.ts';
import * as option from './option.ts';
import { partsContext, refuseNetworks } from './parts.ts';

const code = 'yzd-v/MGD@2c9da0b cls/mmcls/distillation/losses/mgd.py';

/**
 * Masked generative distillation for classification: channels of the student's last map are dropped
 * at random, and two 3x3 convolutions (ReLU between them) must make the teacher's map of what is
 * left. A 1x1 convolution before that adapts the channels where they differ. Nothing is rescaled;
 * the sum of squares is divided by the batch size only.
 */
export const mgd = defineMethod({
  kind: 'network',
  id: 'mgd',
  title: 'Masked generative distillation',
  reference: {
    paper: 'Yang et al.: Masked Generative Distillation, ECCV 2022, arXiv 2205.01529',
    equations: 'Equations 2 to 5; the mask of classification is over channels (section 4.1)',
    official: 'yzd-v/MGD@2c9da0b cls/mmcls/distillation/losses/mgd.py (MGDLoss)',
  },
  options: {
    ceWeight: option.weight(
      1,
      'Weight of the cross-entropy',
      'yzd-v/MGD@2c9da0b cls/mmcls/distillation/distillers/classification_distiller.py',
    ),
    alpha: option.weight(7e-5, 'Weight of the sum of squares', code),
    lambda: option.number({
      default: 0.15,
      min: 0,
      max: 1,
      about: 'Share of the channels that are dropped',
      source: code,
    }),
  },
  idle: { lambda: unless('alpha') },
  comparesMaps: true,
  refuses: onFeatures('mgd', false),
  build: ({ lambda, alpha }, { student, teacher }) => {
    const [from, to] = [student.features.at(-1), teacher.features.at(-1)];
    if (from === undefined || to === undefined || from[0] !== to[0] || from[1] !== to[1]) {
      return refuseNetworks(
        'mgd',
        `the last maps must have one size, but that of ${student.name} is ${from?.slice(0, 2).join('x')} and that of ${teacher.name} ${to?.slice(0, 2).join('x')}`,
      );
    }
    const generation = mgdGeneration(from[2], to[2]);
    return {
      params: generation.params,
      draws: {
        random: { shape: (batch) => [batch, to[2]], fill: uniform },
      },
      terms: (step) => {
        const [own, other] = [step.student, step.teacher].map(
          ({ features }) => features.at(-1) as Tensor4D,
        ) as [Tensor4D, Tensor4D];
        const random = step.draw('random') as Tensor2D;
        const mask = tf.reshape(tf.cast(tf.greaterEqual(random, lambda), 'float32'), [
          random.shape[0],
          1,
          1,
          to[2],
        ]);
        const loss = generation.loss(partsContext(step), own, other, mask);
        return { mgd: tf.mul<Scalar>(loss, alpha) };
      },
    };
  },
});
