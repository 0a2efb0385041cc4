import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { type AdamHyper, biasCorrection, mix } from './adam.ts';
import { globalNorm } from './clip.ts';
import { type Optimizer, rateOf, stepCounter, zeroState } from './optimizer.ts';

/** Gradients are scaled down to this global norm. */
const largestNorm = 1;

/**
 * LAMB (You et al. 2020, arXiv:1904.00962, algorithm 2) exactly as timm 0.6.5's `Lamb`
 * (timm/optim/lamb.py): Adam's step with decoupled decay, times the norm of the weights over that
 * of the step where the tensor decays. It scales the gradients to a global norm of at most 1 by
 * itself.
 */
export function lamb({ beta1, beta2, epsilon, weightDecay }: AdamHyper): Optimizer {
  return {
    initialState: (parameters) => ({
      ...zeroState(['exp_avg', 'exp_avg_sq'], parameters),
      [stepCounter]: { shape: [], values: new Float32Array(1) },
    }),
    update({ parameters, state, learningRate }) {
      const newParameters: Record<string, Tensor> = {};
      const step = tf.add(state[stepCounter] as Scalar, 1) as Scalar;
      const newState: Record<string, Tensor> = { [stepCounter]: step };
      const norm = globalNorm(parameters.flatMap(({ gradient }) => gradient ?? []));
      const divisor = tf.maximum(tf.div(norm, largestNorm), 1);
      const [first, second] = [biasCorrection(step, beta1), biasCorrection(step, beta2)];
      for (const { key, value, gradient: raw, decays = true, ...others } of parameters) {
        newParameters[key] = value;
        if (raw === null || raw === undefined) continue;
        const gradient = tf.div(raw, divisor);
        const mean = mix(state[`exp_avg/${key}`] as Tensor, gradient, beta1);
        const square = mix(state[`exp_avg_sq/${key}`] as Tensor, tf.square(gradient), beta2);
        newState[`exp_avg/${key}`] = mean;
        newState[`exp_avg_sq/${key}`] = square;
        const scale = tf.add(tf.div(tf.sqrt(square), tf.sqrt(second)), epsilon);
        const own = tf.div(tf.div(mean, first), scale);
        const adapts = decays && weightDecay !== 0;
        const direction = adapts ? tf.add(own, tf.mul(value, weightDecay)) : own;
        const trusted = adapts ? tf.mul(direction, trustRatio(value, direction)) : direction;
        newParameters[key] = tf.sub(value, tf.mul(trusted, rateOf(learningRate, others)));
      }
      return { parameters: newParameters, state: newState };
    },
  };
}

/** Norm of the weights over that of the step; 1 where either is 0. */
function trustRatio(weights: Tensor, step: Tensor): Tensor {
  const [own, other] = [tf.norm(weights), tf.norm(step)];
  const both = tf.cast(tf.logicalAnd(tf.greater(own, 0), tf.greater(other, 0)), 'float32');
  const ratio = tf.divNoNan(own, other);
  return tf.add(tf.mul(both, ratio), tf.sub(1, both));
}
