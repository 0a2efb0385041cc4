import type { Scalar } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { attentionMap } from '../attention-map.ts';
import { unless } from '../idle.ts';
import * as option from '../option.ts';
import { defineDenseMethod } from './define.ts';
import { batchMean, squaresPerPicture } from './reduce.ts';
import { mapOption, segmenterMap, segmentersOnly } from './segmenter-map.ts';

const code = 'szagoruyko/attention-transfer@893df54';
const place = 'Shu et al. 2021 (arXiv 2011.13256), Table 2: on the feature map and on the logits';

/**
 * Attention transfer of one map of a segmenter: the squares of all channels are averaged at every
 * position, the map of these means is a unit vector, and the student's is pulled towards the
 * teacher's. The number of channels may differ. The official code takes the mean of the squared
 * differences over positions and pictures, where the paper has half their norm.
 */
export const at = defineDenseMethod({
  id: 'at',
  title: 'Attention transfer',
  reference: {
    paper: 'Zagoruyko, Komodakis: Paying More Attention to Attention, ICLR 2017, arXiv 1612.03928',
    equations: 'Equation 2 (activation-based attention transfer), section 3.1',
    official: `${code} utils.py (at_loss); on a segmenter's map as Shu et al. (arXiv 2011.13256) compare it`,
  },
  options: {
    on: mapOption('embedding', place),
    weight: option.weight(
      1000,
      'Weight of the mean squared difference',
      `${code} README.md (--beta 1e+3, of classification; no source at hand has one for segmentation)`,
    ),
    p: option.number({
      default: 2,
      min: 1,
      max: 16,
      integer: true,
      about: 'Power of the activations in an attention map',
      source: `${code} utils.py (at)`,
    }),
  },
  idle: { on: unless('weight'), p: unless('weight') },
  refuses: segmentersOnly,
  build: ({ on, weight, p }, setting) => {
    const { map } = segmenterMap('at', setting, on);
    return {
      params: [],
      terms: (step) => {
        const [own, other] = [
          attentionMap(map(step.student), p),
          attentionMap(map(step.teacher), p),
        ];
        const squares = squaresPerPicture(own, other);
        const mean = tf.div<Scalar>(batchMean(squares, step), own.shape[1]);
        return { at: tf.mul<Scalar>(mean, weight) };
      },
    };
  },
});
