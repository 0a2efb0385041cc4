import type { Scalar } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { ModuleScope } from '../../networks/modules.ts';
import { sumOf } from '../feature-ops.ts';
import { firstOf, unless } from '../idle.ts';
import * as option from '../option.ts';
import { partsContext, torchDefaults } from '../parts.ts';
import { defineDenseMethod } from './define.ts';
import { allLevels, levelsOf, levelsOption, mapsAt, oneLevel } from './levels.ts';
import { batchMean, squaresPerPicture } from './reduce.ts';

const config = 'LutingWang/HEAD@1179b78 configs/kd/fitnet.py';

/**
 * FitNets on the neck's levels (a segmenter's last backbone map): the student's map, through a
 * learned 1x1 convolution, is pulled towards the teacher's. The loss is the mean of squares of each
 * level, summed over levels.
 */
export const fitnet = defineDenseMethod({
  id: 'fitnet',
  title: 'FitNets',
  reference: {
    paper: 'Romero et al.: FitNets: Hints for Thin Deep Nets, ICLR 2015, arXiv 1412.6550',
    equations: 'Equation 3, without 1/2',
    official: `None for detection; the hints of ${config}, beside the task's losses from the first step`,
  },
  options: {
    featWeight: option.weight(1, 'Weight of the distance between the maps', config),
    levels: levelsOption(allLevels, config),
  },
  idle: { levels: firstOf(oneLevel, unless('featWeight')) },
  build: ({ featWeight, ...values }, setting) => {
    const scope = new ModuleScope();
    const levels = levelsOf('fitnet', setting, values.levels).map((level) => ({
      ...level,
      adapt: scope.child('levels').child(level.index).conv('adapt', {
        inputs: level.inputs,
        outputs: level.outputs,
        kernel: 1,
        bias: true,
      }),
    }));
    return {
      params: torchDefaults(scope.params),
      terms: (step) => {
        const losses = levels.map((level) => {
          const [own, other] = mapsAt(step, level);
          const [, height, width, channels] = other.shape;
          const squares = squaresPerPicture(level.adapt(partsContext(step), own), other);
          return tf.div<Scalar>(batchMean(squares, step), height * width * channels);
        });
        return { fitnet: tf.mul<Scalar>(sumOf(losses), featWeight) };
      },
    };
  },
});
