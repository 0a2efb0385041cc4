import type { Scalar, Tensor3D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { lookUp } from '../../../common/look-up.ts';
import { sumOf } from '../feature-ops.ts';
import { unlessAny } from '../idle.ts';
import { partsContext } from '../parts.ts';
import { attentionTemperature, sourced, weight } from '../sourced.ts';
import { defineDenseMethod } from './define.ts';
import { fgdParts } from './fgd-parts.ts';
import { allLevels, levelsOf, levelsOption, mapsAt } from './levels.ts';
import { batchMean } from './reduce.ts';
import { regionName } from './regions.ts';
import type { DenseFamily } from './types.ts';

const repository = 'yzd-v/FGD@c03a6cf';
const configs = `${repository} configs/distillers/fgd/*.py (retina, gfl, fcos, reppoints, solo, faster_rcnn)`;

type Changed = Readonly<
  Partial<Record<'alpha' | 'beta' | 'gamma' | 'lambda' | 'temperature' | 'levels', number>>
>;

const ofFamily: Readonly<Record<DenseFamily, Changed>> = {
  // The paper has 1e-3 for gamma; the official configs of RetinaNet 5e-4.
  'anchor-based': {},
  'anchor-free': { alpha: 1.6e-3, beta: 8e-4, gamma: 8e-4, lambda: 8e-6 },
  'two-stage': { alpha: 5e-5, beta: 2.5e-5, gamma: 5e-5, lambda: 5e-7, levels: 4 },
  segmenter: {},
};

const ofKind: Readonly<Record<string, Changed>> = {
  // fgd_gfl_r101_distill_gfl_r50_fpn_1x_coco.py: RetinaNet's weights, though GFL has no anchors.
  gfl: { alpha: 1e-3, beta: 5e-4, gamma: 5e-4, lambda: 5e-6 },
  // fgd_fcos_r101_distill_fcos_r50_2x_coco.py
  fcos: { temperature: 0.8 },
  // fgd_solo_r101_ms_distill_solo_r50_coco.py: RetinaNet's weights, and not the pooled level.
  solo: { alpha: 1e-3, beta: 5e-4, gamma: 5e-4, lambda: 5e-6, levels: 4 },
};

/**
 * Focal and global distillation. Focal: squared differences of the maps, weighted by the teacher's
 * attention over positions and channels, apart for the foreground (each box weighted by one over
 * its area) and the background; and the student's attention is pulled towards the teacher's.
 * Global: both maps with the context of a GcBlock added.
 *
 * The masks are made of the boxes outside the step, as the official code makes them: box edges are
 * widened to whole cells, one more at the lower right.
 */
export const fgd = defineDenseMethod({
  id: 'fgd',
  title: 'Focal and global distillation',
  reference: {
    paper:
      'Yang et al.: Focal and Global Knowledge Distillation for Detectors, CVPR 2022, arXiv 2111.11837',
    equations: 'Equations 2 to 13',
    official: `${repository} mmdet/distillation/losses/fgd.py (FeatureLoss)`,
  },
  defaultsWith: ({ family, kind }) => ({ ...ofFamily[family], ...lookUp(ofKind, kind ?? '') }),
  options: {
    ...sourced(configs, {
      alpha: weight(1e-3, 'Weight of the foreground'),
      beta: weight(5e-4, 'Weight of the background'),
      gamma: weight(5e-4, "Weight of the difference of the networks' attention"),
      lambda: weight(5e-6, 'Weight of the relation loss'),
      temperature: attentionTemperature(0.5),
    }),
    levels: levelsOption(allLevels, configs),
  },
  idle: {
    temperature: unlessAny('alpha', 'beta', 'gamma'),
    levels: unlessAny('alpha', 'beta', 'gamma', 'lambda'),
  },
  refuses: (family) =>
    family === 'segmenter' ? 'it tells foreground from background by boxes' : null,
  build: (values, setting) => {
    const { temperature } = values;
    const levels = levelsOf('fgd', setting, values.levels).map((level) => ({
      ...level,
      parts: fgdParts(level, temperature),
    }));
    return {
      params: levels.flatMap(({ parts }) => parts.params),
      regions: { kind: 'boxes', levels: levels.length },
      terms: (step) => {
        const losses = levels.map((level) => {
          const [own, other] = mapsAt(step, level);
          const of = (kind: 'foreground' | 'background') =>
            step.region(regionName(kind, level.index)) as Tensor3D;
          return level.parts.losses(partsContext(step), own, other, {
            foreground: of('foreground'),
            background: of('background'),
          });
        });
        const term = (name: keyof (typeof losses)[number], weight: number): Scalar =>
          tf.mul(sumOf(losses.map((level) => batchMean(level[name], step))), weight);
        return {
          fgdForeground: term('foreground', values.alpha),
          fgdBackground: term('background', values.beta),
          fgdAttention: term('attention', values.gamma),
          fgdRelation: term('relation', values.lambda),
        };
      },
    };
  },
});
