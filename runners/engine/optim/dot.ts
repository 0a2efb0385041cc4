import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { SgdRecipe } from '../../../contract/spec.ts';
import { tf } from '../tensorflow.ts';
import { type Optimizer, rateOf, stepCounter, zeroState } from './optimizer.ts';

export interface DotHyper extends Pick<SgdRecipe, 'momentum' | 'weightDecay'> {
  /** Added to the momentum of the distillation gradient, taken from that of the task's. */
  readonly delta: number;
}

/**
 * Distillation-oriented trainer (Zhao et al. 2023, ICCV, arXiv:2307.08436, section 3), exactly as
 * megvii-research/mdistiller@a08d46f mdistiller/engine/dot.py: SGD with one momentum buffer for the
 * gradient of the task's loss and another for that of the distillation loss.
 *
 *     task = (momentum - delta) task + gradient + weightDecay p
 *     kd   = (momentum + delta) kd + distilled
 *     p -= lr task;  p -= lr kd
 *
 * A parameter that has one of the two gradients moves by that one, with the plain momentum. One
 * that has the distillation gradient alone decays too, but not in the first step, as in the
 * original.
 */
export function dot({ momentum, delta, weightDecay }: DotHyper): Optimizer {
  return {
    initialState: (parameters) => ({
      ...zeroState(['momentum', 'momentum_kd'], parameters),
      [stepCounter]: { shape: [], values: new Float32Array(1) },
    }),
    update({ parameters, state, learningRate }) {
      const newParameters: Record<string, Tensor> = {};
      const completed = state[stepCounter] as Scalar;
      const newState: Record<string, Tensor> = { [stepCounter]: tf.add(completed, 1) };
      /** The value after one of the two buffers has taken in its gradient. */
      const moved = (
        buffer: string,
        value: Tensor,
        share: number,
        gradient: Tensor,
        rate: Scalar,
      ): Tensor => {
        const next = tf.add(tf.mul(state[buffer] as Tensor, share), gradient);
        newState[buffer] = next;
        return tf.sub(value, tf.mul(next, rate));
      };
      for (const { key, value, gradient, distilled, decays = true, ...own } of parameters) {
        const rate = rateOf(learningRate, own);
        const task = gradient ?? null;
        const kd = distilled ?? null;
        const decay = decays ? weightDecay : 0;
        let next = value;
        if (task !== null) {
          const decayed = decay === 0 ? task : tf.add(task, tf.mul(value, decay));
          next = moved(
            `momentum/${key}`,
            next,
            kd === null ? momentum : momentum - delta,
            decayed,
            rate,
          );
        }
        if (kd !== null) {
          const later = tf.mul(tf.minimum(completed, 1), decay);
          const alone = task === null && decay !== 0;
          const decayed = alone ? tf.add(kd, tf.mul(value, later)) : kd;
          const share = task === null ? momentum : momentum + delta;
          next = moved(`momentum_kd/${key}`, next, share, decayed, rate);
        }
        newParameters[key] = next;
      }
      return { parameters: newParameters, state: newState };
    },
  };
}
