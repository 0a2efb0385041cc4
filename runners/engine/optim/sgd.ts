import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { SgdRecipe } from '../../../contract/spec.ts';
import { noteUpdate } from '../lean/notes.ts';
import { hasKernel } from '../ops/kernels.ts';
import { attribute, execute } from '../ops/native.ts';
import { tf } from '../tensorflow.ts';
import { type Optimizer, rateOf, stepCounter, zeroState } from './optimizer.ts';

export type SgdHyper = Omit<
  SgdRecipe,
  'kind' | 'lr' | 'decays' | 'biasRate' | 'biasDecays' | 'delta'
> & {
  readonly dampening?: number;
};

/**
 * Stochastic gradient descent exactly as `torch.optim.SGD`: weight decay is added to the gradient,
 * and the learning rate multiplies the momentum buffer (not what goes into it).
 *
 *     g = gradient + weightDecay * p;  buf = momentum * buf + (1 - dampening) * g
 *     p -= lr * (nesterov ? g + momentum * buf : buf)
 *
 * PyTorch's first buffer is g itself, without dampening. Without dampening a buffer of zeros gives
 * just that; with it, a step counter tells the first step.
 */
export function sgd({ momentum, nesterov, weightDecay, dampening = 0 }: SgdHyper): Optimizer {
  const counts = momentum !== 0 && dampening !== 0;
  return {
    initialState: (parameters) => ({
      ...(momentum === 0 ? {} : zeroState(['momentum'], parameters)),
      ...(counts ? { [stepCounter]: { shape: [], values: new Float32Array(1) } } : {}),
    }),
    update({ parameters, state, learningRate }) {
      const newParameters: Record<string, Tensor> = {};
      const newState: Record<string, Tensor> = {};
      const share = counts ? gradientShare(state[stepCounter] as Scalar, dampening) : null;
      if (counts) newState[stepCounter] = tf.add(state[stepCounter] as Scalar, 1);
      for (const { key, value, gradient, decays = true, ...own } of parameters) {
        newParameters[key] = value;
        if (gradient === null || gradient === undefined) continue;
        const rate = rateOf(learningRate, own);
        const before = momentum === 0 ? null : (state[`momentum/${key}`] as Tensor);
        const decay = decays ? weightDecay : 0;
        let next: Tensor;
        if (before !== null && share === null && hasKernel(value, gradient)) {
          const step = kernelAttributes({ momentum, decay, nesterov });
          const moved = execute('RedistillSgd', step, [value, gradient, before, rate], 2);
          [next, newState[`momentum/${key}`]] = moved as [Tensor, Tensor];
        } else {
          const decayed = decay === 0 ? gradient : tf.add(gradient, tf.mul(value, decay));
          let direction = decayed;
          if (before !== null) {
            const fresh = share === null ? decayed : tf.mul(decayed, share);
            const buffer = tf.add(tf.mul(before, momentum), fresh);
            newState[`momentum/${key}`] = buffer;
            direction = nesterov ? tf.add(decayed, tf.mul(buffer, momentum)) : buffer;
          }
          next = tf.sub(value, tf.mul(direction, rate));
        }
        newParameters[key] = next;
        if (share !== null) continue;
        const buffer = `momentum/${key}`;
        const kept = momentum === 0 ? [] : [buffer];
        noteUpdate({
          rule: 'momentum',
          variables: [value, ...kept.map((name) => state[name] as Tensor)],
          results: [next, ...kept.map((name) => newState[name] as Tensor)],
          gradient,
          numbers: {
            ...{ momentum, nesterov: Number(nesterov), rate: own.rate ?? 1 },
            weightDecay: decay,
          },
          scalars: { learningRate },
        });
      }
      return { parameters: newParameters, state: newState };
    },
  };
}

/** Our own kernel does the same in one pass, with the same bits. */
const kernelAttributes = (step: { momentum: number; decay: number; nesterov: boolean }) =>
  Object.entries(step).map(([name, value]) => attribute.float(name, Number(value)));

/** 1 in the first step, 1 - dampening afterwards. */
function gradientShare(completed: Scalar, dampening: number): Scalar {
  return tf.sub(1, tf.mul(dampening, tf.minimum(completed, 1)));
}
