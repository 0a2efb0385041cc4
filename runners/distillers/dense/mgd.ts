import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { uniform } from '../draws.ts';
import { sumOf } from '../feature-ops.ts';
import { firstOf, unless } from '../idle.ts';
import { mgdGeneration } from '../mgd-generation.ts';
import * as option from '../option.ts';
import { partsContext } from '../parts.ts';
import { channelDivergence } from './channel-divergence.ts';
import { defineDenseMethod } from './define.ts';
import { allLevels, levelsOf, levelsOption, mapsAt, oneLevel } from './levels.ts';
import { checkLogits } from './logits.ts';
import { batchMean, squaresPerPicture } from './reduce.ts';

const repository = 'yzd-v/MGD@2c9da0b';
const configs = `${repository} det/configs/distillers/mgd/*.py (one-stage 2e-5 and 0.65, two-stage 5e-7 and 0.45), seg/configs/distillers/mgd/*.py (2e-5 and 0.75)`;
const segmentationDistiller = `${repository} seg/mmseg/distillation/distillers/segmentation_distiller.py`;

/**
 * Masked generative distillation for detection and segmentation: positions of the student's map are
 * dropped at random, the same in all channels, and two 3x3 convolutions must make the teacher's map
 * of what is left. Nothing is rescaled; the sum of squares is divided by the number of pictures.
 *
 * The official code for segmentation adds channel-wise distillation of the logits (CWD at
 * temperature 4, weight 3), which the paper's equations do not have: `logitWeight`, 0 for the
 * paper's method alone.
 */
export const mgd = defineDenseMethod({
  id: 'mgd',
  title: 'Masked generative distillation',
  reference: {
    paper: 'Yang et al.: Masked Generative Distillation, ECCV 2022, arXiv 2205.01529',
    equations: 'Equations 2 to 5',
    official: `${repository} det/mmdet/distillation/losses/mgd.py, seg/mmseg/distillation/losses/mgd.py; the logits' term: ${segmentationDistiller}`,
  },
  defaultsWith: ({ family, kind }) => ({
    ...{
      'anchor-based': {},
      'anchor-free': {},
      'two-stage': { alpha: 5e-7, lambda: 0.45, levels: 4 },
      segmenter: { lambda: 0.75, logitWeight: 3 },
    }[family],
    // solo_r101_ms_distill_solo_r50_coco.py: not the pooled level.
    ...(kind === 'solo' && { levels: 4 }),
  }),
  options: {
    alpha: option.weight(2e-5, 'Weight of the sum of squares', configs),
    lambda: option.number({
      default: 0.65,
      min: 0,
      max: 1,
      about: 'Share of the positions that are dropped',
      source: configs,
    }),
    levels: levelsOption(allLevels, configs),
    logitWeight: option.weight(
      0,
      "Weight of channel-wise distillation of a segmenter's logits",
      segmentationDistiller,
    ),
    logitTemperature: option.temperature(4, segmentationDistiller),
  },
  idle: {
    lambda: unless('alpha'),
    levels: firstOf(oneLevel, unless('alpha')),
    logitWeight: (_, { family }) =>
      family === 'segmenter' ? null : 'only segmenters have maps of class logits',
    logitTemperature: unless('logitWeight'),
  },
  build: ({ alpha, lambda, logitWeight: onLogits, logitTemperature, ...values }, setting) => {
    const levels = levelsOf('mgd', setting, values.levels).map((level) => ({
      ...level,
      generation: mgdGeneration(level.inputs, level.outputs, level.path),
      draw: `random${level.index}`,
    }));
    if (onLogits > 0) checkLogits('mgd', setting);
    return {
      params: levels.flatMap(({ generation }) => generation.params),
      draws: Object.fromEntries(
        levels.map(({ draw, index }) => [
          draw,
          {
            shape: (batch: number, maps) => [batch, ...(maps[index] ?? []), 1],
            fill: uniform,
          },
        ]),
      ),
      terms: (step) => {
        const losses = levels.map((level) => {
          const [own, other] = mapsAt(step, level);
          const mask = kept(step.draw(level.draw), lambda);
          const made = level.generation.generate(partsContext(step), own, mask);
          return batchMean(squaresPerPicture(made, other), step);
        });
        return {
          mgd: tf.mul<Scalar>(sumOf(losses), alpha),
          ...(onLogits > 0
            ? {
                cwd: tf.mul<Scalar>(
                  batchMean(
                    channelDivergence(
                      step.student.logits[0] as Tensor4D,
                      step.teacher.logits[0] as Tensor4D,
                      logitTemperature,
                    ),
                    step,
                  ),
                  onLogits,
                ),
              }
            : {}),
        };
      },
    };
  },
});

/** 1 where the position is kept; official code drops those whose number is above 1 - lambda. */
function kept(random: Tensor, lambda: number): Tensor {
  return tf.cast(tf.lessEqual(random, 1 - lambda), 'float32');
}
