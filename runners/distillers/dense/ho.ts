import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Size } from '../../data/dense/geometry.ts';
import { uniform } from '../draws.ts';
import { unless } from '../idle.ts';
import * as option from '../option.ts';
import { refuseNetworks } from '../parts.ts';
import { defineDenseMethod } from './define.ts';
import { Discriminator } from './ho-discriminator.ts';
import { optimizerParams, trainedDiscriminator } from './ho-training.ts';
import { batchMean, perPicture } from './reduce.ts';
import { segmenterMap, segmentersOnly } from './segmenter-map.ts';
import type { DenseShapes } from './types.ts';

const code = 'irfanICMLL/TorchDistiller@78bac7c SemSeg-distill';
const own = 'irfanICMLL/structure_knowledge_distillation@ce208e1';

/**
 * Holistic distillation: a discriminator learns to tell the student's maps of class logits from the
 * teacher's, and the student to be taken for the teacher (a Wasserstein GAN with gradient penalty).
 * In every step the student moves first, then the discriminator by Adam, at a rate that falls as
 * the student's does.
 *
 * Where the official code differs from the paper: the discriminator does not see the picture, which
 * the paper makes its condition. The repository of the paper trains it by SGD and weighs the
 * student's loss by 0.1; this is the later code of CWD's authors.
 */
export const ho = defineDenseMethod({
  id: 'ho',
  title: 'Holistic distillation',
  reference: {
    paper:
      'Liu et al.: Structured Knowledge Distillation for Semantic Segmentation, CVPR 2019, arXiv 1903.04197',
    equations: 'Section 3, holistic distillation, without the condition on the picture',
    official: `${code}/networks/kd_model.py (optimize_parameters), networks/sagan_models.py (Discriminator), networks/spectral.py, utils/criterion.py (CriterionAdv, CriterionAdvForG, CriterionAdditionalGP); first in ${own}`,
  },
  // The discriminator learns from whole batches, and is kept from step to step.
  pictures: 'remembered',
  options: {
    weight: option.weight(
      0.001,
      "Weight of the student's loss, the mean of the scores of its maps, negated",
      `${code}/options.py (--lambda-adv)`,
    ),
    penalty: option.weight(
      10,
      "Factor of the gradient penalty in the discriminator's loss",
      `${code}/options.py (--lambda-gp)`,
    ),
    rate: option.number({
      default: 4e-4,
      min: 0,
      open: true,
      about: "Learning rate of the discriminator's Adam at the start",
      source: `${code}/options.py (--lr-d)`,
    }),
    strides: option.number({
      default: 4,
      min: 1,
      max: 4,
      integer: true,
      about: 'Convolutions that halve the map; four take maps of 64 positions a side and more',
      source: `${code}/networks/sagan_models.py`,
    }),
    width: option.number({
      default: 64,
      min: 8,
      max: 512,
      integer: true,
      about: 'Channels of the first convolution; each further one doubles them',
      source: `${code}/options.py (--adv-conv-dim)`,
    }),
  },
  idle: {
    penalty: unless('weight'),
    rate: unless('weight'),
    strides: unless('weight'),
    width: unless('weight'),
  },
  refuses: segmentersOnly,
  build: ({ weight, penalty, rate, strides, width }, setting) => {
    const { map, inputs } = segmenterMap('ho', setting, 'logits');
    const discriminator = new Discriminator({ inputs, strides, width });
    const refuseSmaller = (map: Size) => refuseSmall(map, discriminator.smallest, strides);
    if (setting.picture !== undefined) refuseSmaller(mapOf(setting.student, setting.picture));
    const params = [
      ...discriminator.weights,
      ...discriminator.vectors,
      ...optimizerParams(discriminator.weights),
    ];
    return {
      params,
      draws: { share: { shape: (batch) => [batch, 1, 1, 1], fill: uniform } },
      monitors: ['ho.discriminator'],
      terms: (step) => {
        const [student, teacher] = [map(step.student), map(step.teacher)];
        refuseSmaller([student.shape[1], student.shape[2]]);
        const values = Object.fromEntries(params.map(({ name }) => [name, step.param(name)]));
        const judged = discriminator.judge(values, student);
        const trained = trainedDiscriminator(
          discriminator,
          { ...values, ...judged.vectors },
          { student, teacher, share: step.draw('share') as Tensor4D },
          { penalty, learningRate: tf.mul<Scalar>(step.rate(), rate) },
        );
        step.monitor?.('ho.discriminator', trained.loss);
        for (const [name, value] of Object.entries(trained.state)) step.update(name, value);
        const scores = perPicture(judged.scores as Tensor);
        const each = judged.scores.size / judged.scores.shape[0];
        return { ho: tf.mul<Scalar>(batchMean(scores, step), -weight / each) };
      },
    };
  },
});

/** Height and width of a segmenter's maps of such pictures. */
function mapOf({ strides: [stride = 1], positions }: DenseShapes, [height, width]: Size): Size {
  const along = (pixels: number) => positions?.(pixels) ?? Math.ceil(pixels / stride);
  return [along(height), along(width)];
}

/** @throws UsageError `METHOD_NETWORKS` where a side of the maps is halved too often */
function refuseSmall([height, width]: Size, smallest: number, strides: number) {
  if (Math.min(height, width) >= smallest) return;
  refuseNetworks(
    'ho',
    `its discriminator halves maps ${strides} times, which takes ${smallest} positions a side, and those of logits have ${height} x ${width}`,
    'Set the hyper-parameter strides lower, or train on larger crops.',
  );
}
