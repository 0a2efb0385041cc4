import type { Scalar, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { relu } from '../engine/ops/index.ts';
import { type Layer, ModuleScope } from '../networks/modules.ts';
import type { ParamSpec } from '../networks/types.ts';
import { defineMethod } from './define.ts';
import { sameSize, sumOf } from './feature-ops.ts';
import { unless } from './idle.ts';
import { klTermIdle, onFeatures, withCurriculum } from './on-features.ts';
import * as option from './option.ts';
import { partsContext, torchDefaults } from './parts.ts';

const cfg = 'megvii-research/mdistiller@a08d46f mdistiller/engine/cfg.py (VID)';

/**
 * Variational information distillation: per stage without the stem, the negative log-likelihood of
 * the teacher's map under a Gaussian whose mean is three 1x1 convolutions of the student's map and
 * whose variance is one number per channel, softplus(log scale) + eps.
 *
 * The log scale is trained in RepDistiller and CTKD, which published the numbers: `logScale:
 * trained` (default). In mdistiller it sits in a plain list that no optimizer sees: `logScale:
 * fixed`.
 */
export const vid = defineMethod({
  kind: 'network',
  id: 'vid',
  title: 'Variational information distillation',
  reference: {
    paper:
      'Ahn et al.: Variational Information Distillation for Knowledge Transfer, CVPR 2019, arXiv 1904.05835',
    equations: 'Equations 5 and 6 (Gaussian with a variance per channel, softplus)',
    official:
      'zhengli97/CTKD@7d52522 distiller_zoo/VID.py (VIDLoss); megvii-research/mdistiller@a08d46f mdistiller/distillers/VID.py has the same loss',
  },
  options: {
    ceWeight: option.weight(1, 'Weight of the cross-entropy', cfg),
    featWeight: option.weight(1, 'Weight of the likelihood', cfg),
    ...option.klTerm(0),
    epsilon: option.number({
      default: 1e-5,
      min: 0,
      about: 'Added to the variance',
      source: `${cfg}: EPS`,
    }),
    initialVariance: option.number({
      default: 5,
      min: 0,
      open: true,
      about: 'Variance at the start',
      source: `${cfg}: INIT_PRED_VAR`,
    }),
    logScale: option.choice({
      default: 'trained',
      choices: ['trained', 'fixed'],
      about: 'Whether the optimizer moves the variance (CTKD) or not (mdistiller)',
      source: 'zhengli97/CTKD@7d52522 train_student.py (criterion_kd is in the trainable list)',
    }),
  },
  idle: {
    ...klTermIdle,
    epsilon: unless('featWeight'),
    initialVariance: unless('featWeight'),
    logScale: unless('featWeight'),
  },
  defaultsWith: withCurriculum,
  comparesMaps: true,
  refuses: onFeatures('vid', true),
  build: ({ epsilon, initialVariance, logScale, featWeight }, { student, teacher }) => {
    const stages = Math.min(student.features.length, teacher.features.length) - 1;
    const scope = new ModuleScope();
    const heads = Array.from({ length: stages }, (_, stage) => {
      const inputs = (student.features[stage + 1] as readonly number[])[2] as number;
      const outputs = (teacher.features[stage + 1] as readonly number[])[2] as number;
      return { regressor: regressor(scope.child(`regressors.${stage}`), inputs, outputs), outputs };
    });
    const start = Math.log(Math.exp(initialVariance - epsilon) - 1);
    const scales = heads.map(({ outputs }, stage) =>
      scaleParam(stage, outputs, start, logScale === 'trained'),
    );
    return {
      params: [...torchDefaults(scope.params), ...scales],
      terms: (step) => {
        const context = partsContext(step);
        const losses = heads.map((head, stage) => {
          const [own, other] = sameSize(
            step.student.features[stage + 1] as Tensor4D,
            step.teacher.features[stage + 1] as Tensor4D,
          );
          const scale = step.param(`log_scales.${stage}`) as Tensor1D;
          const variance = tf.add(tf.softplus(scale), epsilon);
          const squares = tf.squaredDifference(head.regressor(context, own), other);
          return tf.mean(
            tf.mul(tf.add(tf.div(squares, variance), tf.log(variance)), 0.5),
          ) as Scalar;
        });
        return { vid: tf.mul<Scalar>(sumOf(losses), featWeight) };
      },
    };
  },
});

function regressor(scope: ModuleScope, inputs: number, outputs: number): Layer {
  const [first, second, third] = [inputs, outputs, outputs].map((from, index) =>
    scope.conv(2 * index, { inputs: from, outputs, kernel: 1 }),
  ) as [Layer, Layer, Layer];
  return (context, x) => third(context, relu(second(context, relu(first(context, x)))));
}

function scaleParam(stage: number, channels: number, value: number, trainable: boolean): ParamSpec {
  return {
    name: `log_scales.${stage}`,
    torchShape: [channels],
    shape: [channels],
    kind: trainable ? 'weight' : 'buffer',
    layout: 'flat',
    trainable,
    init: { kind: 'constant', value },
  };
}
