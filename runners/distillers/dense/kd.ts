import type { Scalar, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { divergence } from '../divergence.ts';
import { unless } from '../idle.ts';
import * as option from '../option.ts';
import { defineDenseMethod } from './define.ts';
import { checkLogits } from './logits.ts';
import { batchMean, perPicture } from './reduce.ts';

const code = 'irfanICMLL/TorchDistiller@78bac7c SemSeg-distill';

/**
 * Pixel-wise distillation: at every position of the map of logits, the divergence of the student's
 * class probabilities from the teacher's. The official code divides by the number of all elements,
 * classes included (PyTorch's `mean`), and has no T^2.
 */
export const kd = defineDenseMethod({
  id: 'kd',
  title: 'Pixel-wise distillation',
  reference: {
    paper:
      'Liu et al.: Structured Knowledge Distillation for Semantic Segmentation, CVPR 2019, arXiv 1903.04197',
    equations: 'Equation 1',
    official: `${code}/utils/criterion.py (CriterionKD)`,
  },
  options: {
    kdWeight: option.weight(10, 'Weight of the loss', `${code}/options.py (--lambda-kd)`),
    temperature: option.temperature(1, `${code}/utils/criterion.py (CriterionKD)`),
  },
  idle: { temperature: unless('kdWeight') },
  refuses: (family) =>
    family === 'segmenter' ? null : 'it compares maps of class logits, which only segmenters have',
  build: ({ temperature, kdWeight }, setting) => {
    checkLogits('kd', setting);
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
        return { kd: tf.mul<Scalar>(mean, kdWeight) };
      },
    };
  },
});
