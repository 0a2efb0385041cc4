import type { Scalar, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { divergence } from '../divergence.ts';
import * as fields from '../fields.ts';
import { checkLogits } from './logits.ts';
import { batchMean, perPicture } from './reduce.ts';
import type { DenseMethod } from './types.ts';

const code = 'irfanICMLL/TorchDistiller@78bac7c SemSeg-distill';

/**
 * Pixel-wise distillation: at every position of the map of logits, the divergence of the student's
 * class probabilities from the teacher's. The official code divides by the number of all elements,
 * classes included (PyTorch's `mean`), and has no T^2.
 */
export const kd: DenseMethod = {
  id: 'kd',
  title: 'Pixel-wise distillation',
  reference: {
    paper:
      'Liu et al.: Structured Knowledge Distillation for Semantic Segmentation, CVPR 2019, arXiv 1903.04197',
    equations: 'Equation 1',
    official: `${code}/utils/criterion.py (CriterionKD)`,
  },
  needsTeacher: true,
  defaults: { kdWeight: 10, temperature: 1 },
  fields: {
    kdWeight: fields.weight('Weight of the loss', `${code}/options.py (--lambda-kd)`),
    temperature: fields.temperature(`${code}/utils/criterion.py (CriterionKD)`),
  },
  idle: { temperature: fields.unless('kdWeight') },
  refuses: (family) =>
    family === 'segmenter' ? null : 'it compares maps of class logits, which only segmenters have',
  build: (hyper, setting) => {
    checkLogits('kd', setting);
    const temperature = Number(hyper['temperature']);
    const rows = (map: Tensor4D): Tensor2D =>
      tf.div(tf.reshape(map, [-1, map.shape[3]]), temperature);
    return {
      params: [],
      terms: (step) => {
        const own = step.student.logits[0] as Tensor4D;
        const [batch, height, width, classes] = own.shape;
        const losses = divergence(rows(own), rows(step.teacher.logits[0] as Tensor4D));
        const pictures = perPicture(tf.reshape(losses, [batch, height * width]));
        const mean = tf.div<Scalar>(batchMean(pictures, step), height * width * classes);
        return { kd: tf.mul<Scalar>(mean, Number(hyper['kdWeight'])) };
      },
    };
  },
};
