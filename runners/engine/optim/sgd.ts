import type { Tensor } from '@tensorflow/tfjs-core';
import type { SgdRecipe } from '../../trial/spec.ts';
import { tf } from '../tensorflow.ts';
import { type Optimizer, zeroState } from './optimizer.ts';

/**
 * Stochastic gradient descent exactly as `torch.optim.SGD`: weight decay is added to the gradient, the momentum buffer
 * starts as the first gradient, and the learning rate multiplies the buffer (not what goes into it).
 *
 *     g = grad + weightDecay * p;  buf = momentum * buf + (1 - dampening) * g;  p -= lr * (nesterov ? g + momentum * buf : buf)
 *
 * With dampening 0 a buffer of zeros gives PyTorch's first step. Dampening needs the first step told apart, which the
 * scalar `damp` does: it is 1 in step 1 and 1 - dampening afterwards.
 */
export function sgd(recipe: Omit<SgdRecipe, 'kind' | 'lr'> & { dampening?: number }): Optimizer {
  const { momentum, nesterov, weightDecay, dampening = 0 } = recipe;
  return {
    initialState: (shapes) => (momentum === 0 ? {} : zeroState(['momentum'], shapes)),
    scalars: (learningRate, step) => ({
      lr: learningRate,
      ...(dampening === 0 ? {} : { damp: step === 1 ? 1 : 1 - dampening }),
    }),
    update(params, gradients, state, scalar) {
      const newParams: Record<string, Tensor> = {};
      const newState: Record<string, Tensor> = {};
      const rate = scalar('lr');
      for (const [name, gradient] of Object.entries(gradients)) {
        const param = params[name] as Tensor;
        const decayed = weightDecay === 0 ? gradient : tf.add(gradient, tf.mul(param, weightDecay));
        let direction = decayed;
        if (momentum !== 0) {
          const fresh = dampening === 0 ? decayed : tf.mul(decayed, scalar('damp'));
          const buffer = tf.add(tf.mul(state[`momentum/${name}`] as Tensor, momentum), fresh);
          newState[`momentum/${name}`] = buffer;
          direction = nesterov ? tf.add(decayed, tf.mul(buffer, momentum)) : buffer;
        }
        newParams[name] = tf.sub(param, tf.mul(direction, rate));
      }
      return { params: newParams, state: newState };
    },
  };
}
