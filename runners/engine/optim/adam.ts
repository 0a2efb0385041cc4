import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { AdamWRecipe } from '../../../contract/spec.ts';
import { noteUpdate } from '../lean/notes.ts';
import { recordsForGpu } from '../target.ts';
import { tf } from '../tensorflow.ts';
import { type Optimizer, rateOf, stepCounter, zeroState } from './optimizer.ts';

export type AdamHyper = Omit<AdamWRecipe, 'kind' | 'lr' | 'decays' | 'biasRate' | 'biasDecays'>;

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019, arXiv:1711.05101), exactly as
 * `torch.optim.AdamW`.
 */
export function adamW(hyper: AdamHyper): Optimizer {
  return adaptive(hyper, 'decoupled');
}

/**
 * Adam (Kingma & Ba 2015, arXiv:1412.6980) with weight decay in the gradient, exactly as
 * `torch.optim.Adam`.
 */
export function adam(hyper: AdamHyper): Optimizer {
  return adaptive(hyper, 'gradient');
}

/**
 *     p *= 1 - lr * weightDecay   (decoupled)        or  g += weightDecay * p   (gradient)
 *     m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
 *     p -= lr / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + epsilon)
 */
function adaptive(hyper: AdamHyper, decay: 'decoupled' | 'gradient'): Optimizer {
  const { epsilon, weightDecay } = hyper;
  return {
    initialState: (parameters) => ({
      ...zeroState(['exp_avg', 'exp_avg_sq'], parameters),
      [stepCounter]: { shape: [], values: new Float32Array(1) },
    }),
    update({ parameters, state, learningRate }) {
      // TensorFlow's operation takes 1 - beta of a beta in float32. With another beta in the
      // corrections every step would be off by 6e-6 of itself.
      const [beta1, beta2] = recordsForGpu()
        ? [Math.fround(hyper.beta1), Math.fround(hyper.beta2)]
        : [hyper.beta1, hyper.beta2];
      const newParameters: Record<string, Tensor> = {};
      const step = tf.add(state[stepCounter] as Scalar, 1) as Scalar;
      const newState: Record<string, Tensor> = { [stepCounter]: step };
      const rootCorrection = tf.sqrt(biasCorrection(step, beta2));
      const atRate = (rate: Scalar) => ({
        stepSize: tf.div(rate, biasCorrection(step, beta1)),
        keep: tf.sub(1, tf.mul(rate, weightDecay)),
      });
      const usual = atRate(learningRate);
      for (const { key, value, gradient: raw, decays: wanted = true, ...own } of parameters) {
        const rate = rateOf(learningRate, own);
        const { stepSize, keep } = rate === learningRate ? usual : atRate(rate);
        newParameters[key] = value;
        if (raw === null || raw === undefined) continue;
        const decays = wanted && weightDecay !== 0;
        const start = decays && decay === 'decoupled' ? tf.mul(value, keep) : value;
        const gradient =
          decays && decay === 'gradient' ? tf.add(raw, tf.mul(value, weightDecay)) : raw;
        const first = mix(state[`exp_avg/${key}`] as Tensor, gradient, beta1);
        const second = mix(state[`exp_avg_sq/${key}`] as Tensor, tf.square(gradient), beta2);
        newState[`exp_avg/${key}`] = first;
        newState[`exp_avg_sq/${key}`] = second;
        const scale = tf.add(tf.div(tf.sqrt(second), rootCorrection), epsilon);
        const next = tf.sub(start, tf.mul(tf.div(first, scale), stepSize));
        newParameters[key] = next;
        const buffers = [`exp_avg/${key}`, `exp_avg_sq/${key}`];
        noteUpdate({
          rule: 'adam',
          variables: [value, ...buffers.map((name) => state[name] as Tensor)],
          results: [next, first, second],
          gradient: raw,
          numbers: {
            ...{ beta1, beta2, epsilon, rate: own.rate ?? 1 },
            weightDecay: decays ? weightDecay : 0,
            decoupled: Number(decay === 'decoupled'),
          },
          scalars: { learningRate, stepSize: usual.stepSize, rootCorrection },
        });
      }
      return { parameters: newParameters, state: newState };
    },
  };
}

/** A running mean: beta old + (1 - beta) fresh. */
export const mix = (old: Tensor, fresh: Tensor, beta: number) =>
  tf.add(tf.mul(old, beta), tf.mul(fresh, 1 - beta));

/**
 * 1 - beta^t as -expm1(t ln beta): the direct form loses four digits in float32 while t is small.
 */
export const biasCorrection = (step: Scalar, beta: number) =>
  tf.neg(tf.expm1(tf.mul(step, Math.log(beta))));
