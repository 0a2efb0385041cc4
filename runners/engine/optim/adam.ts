import type { Tensor } from '@tensorflow/tfjs-core';
import type { AdamWRecipe } from '../../trial/spec.ts';
import { tf } from '../tensorflow.ts';
import { type Optimizer, zeroState } from './optimizer.ts';

type AdamHyper = Omit<AdamWRecipe, 'kind' | 'lr'>;

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019, arXiv:1711.05101), exactly as `torch.optim.AdamW`. */
export function adamW(hyper: AdamHyper): Optimizer {
  return adaptive(hyper, 'decoupled');
}

/** Adam (Kingma & Ba 2015, arXiv:1412.6980) with weight decay in the gradient, exactly as `torch.optim.Adam`. */
export function adam(hyper: AdamHyper): Optimizer {
  return adaptive(hyper, 'gradient');
}

/**
 *     p *= 1 - lr * weightDecay   (decoupled)        or  grad += weightDecay * p   (gradient)
 *     m = b1 m + (1 - b1) g;  v = b2 v + (1 - b2) g^2
 *     p -= lr / (1 - b1^t) * m / (sqrt(v) / sqrt(1 - b2^t) + epsilon)
 *
 * The step number t enters through the scalars only.
 */
function adaptive(hyper: AdamHyper, decay: 'decoupled' | 'gradient'): Optimizer {
  const { beta1, beta2, epsilon, weightDecay } = hyper;
  return {
    initialState: (shapes) => zeroState(['exp_avg', 'exp_avg_sq'], shapes),
    scalars: (learningRate, step) => ({
      lr: learningRate,
      step_size: learningRate / (1 - beta1 ** step),
      root_correction: Math.sqrt(1 - beta2 ** step),
      keep: 1 - learningRate * weightDecay,
    }),
    update(params, gradients, state, scalar) {
      const newParams: Record<string, Tensor> = {};
      const newState: Record<string, Tensor> = {};
      for (const [name, raw] of Object.entries(gradients)) {
        const old = params[name] as Tensor;
        const decays = weightDecay !== 0;
        const param = decays && decay === 'decoupled' ? tf.mul(old, scalar('keep')) : old;
        const gradient =
          decays && decay === 'gradient' ? tf.add(raw, tf.mul(old, weightDecay)) : raw;
        const first = tf.add(
          tf.mul(state[`exp_avg/${name}`] as Tensor, beta1),
          tf.mul(gradient, 1 - beta1),
        );
        const second = tf.add(
          tf.mul(state[`exp_avg_sq/${name}`] as Tensor, beta2),
          tf.mul(tf.square(gradient), 1 - beta2),
        );
        const scale = tf.add(tf.div(tf.sqrt(second), scalar('root_correction')), epsilon);
        newState[`exp_avg/${name}`] = first;
        newState[`exp_avg_sq/${name}`] = second;
        newParams[name] = tf.sub(param, tf.mul(tf.div(first, scale), scalar('step_size')));
      }
      return { params: newParams, state: newState };
    },
  };
}
