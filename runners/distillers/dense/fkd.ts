import type { Scalar } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { sumOf } from '../feature-ops.ts';
import { firstOf, unless, unlessAny } from '../idle.ts';
import { partsContext } from '../parts.ts';
import { attentionTemperature, sourced, weight } from '../sourced.ts';
import { defineDenseMethod } from './define.ts';
import { fkdMasks, fkdParts } from './fkd-parts.ts';
import { allLevels, levelsOf, levelsOption, mapsAt } from './levels.ts';

const repository = 'ArchipLab-LinfengZhang/Object-Detection-Knowledge-Distillation-ICLR2021';
const code = 'HenryOsborne/mmdetection@fa49f42 mmdet/models/detectors/fkd_two_stage.py';
const source = `${code} for two-stage detectors; issues 5 and 8 of ${repository} for the others, which quote the official code: 7e-5 * 6, 4e-3 * 6, temperature 0.1`;

const oneStage = {
  alpha: 2.4e-2,
  beta: 4.2e-4,
  gamma: 4.2e-4,
  temperature: 0.1,
  mask: 'positions-and-channels',
} as const;

/**
 * Attention-guided and non-local distillation. Attention of both networks weighs the differences of
 * their maps; the maps' means over channels and over positions are pulled together; and so is what
 * a non-local block makes of each map. The student's part goes through learned layers.
 *
 * Every distance is a Euclidean length over all pictures of a pass, not a mean over them. The
 * official code has weights and temperatures that its paper swaps: see conflict 26 of
 * reference/published/conflicts.md.
 */
export const fkd = defineDenseMethod({
  id: 'fkd',
  title: 'Feature-based knowledge distillation',
  reference: {
    paper:
      'Zhang and Ma: Improve Object Detection with Feature-based Knowledge Distillation, ICLR 2021, openreview.net uKhGRvM8QNH (not on arXiv)',
    equations: 'Section 3: attention transfer, masked distillation, non-local distillation',
    official: `${code}, a copy of the supplement to which ${repository}@3e2bb66 README.md points; open-mmlab/mmrazor@90c7af1 mmrazor/models/losses/fbkd_loss.py, which says the same`,
  },
  pictures: 'compared',
  defaultsWith: ({ family }) => (family === 'two-stage' ? {} : oneStage),
  options: {
    ...sourced(source, {
      alpha: weight(4e-3, 'Weight of the distances of the means'),
      beta: weight(7e-5, 'Weight of the distance under attention'),
      gamma: weight(7e-5, 'Weight of the distance of relations'),
      temperature: attentionTemperature(0.5),
      mask: {
        kind: 'choice',
        default: 'positions',
        choices: fkdMasks,
        about: 'What weighs the differences of the maps: attention over positions, or over both',
      },
    }),
    levels: levelsOption(allLevels, code),
  },
  idle: {
    temperature: unless('beta'),
    mask: unless('beta'),
    levels: firstOf(unlessAny('alpha', 'beta', 'gamma')),
  },
  refuses: (family) => (family === 'segmenter' ? 'it compares the levels of a detector' : null),
  build: (values, setting) => {
    const levels = levelsOf('fkd', setting, values.levels).map((level) => ({
      ...level,
      parts: fkdParts(level, values),
    }));
    return {
      params: levels.flatMap(({ parts }) => parts.params),
      terms: (step) => {
        const losses = levels.map((level) =>
          level.parts.losses(partsContext(step), ...mapsAt(step, level), step.present),
        );
        const term = (name: keyof (typeof losses)[number], weight: number): Scalar =>
          tf.mul(sumOf(losses.map((level) => level[name])), weight);
        return {
          fkdMasked: term('masked', values.beta),
          fkdChannels: term('channels', values.alpha),
          fkdPositions: term('positions', values.alpha),
          fkdRelations: term('relations', values.gamma),
        };
      },
    };
  },
});
