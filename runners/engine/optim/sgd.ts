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
        const buffer = `momentum/${key}`;
        const variables: Variables = momentum === 0 ? [value] : [value, state[buffer] as Tensor];
        const decay = decays ? weightDecay : 0;
        const step: Step = {
          ...{ variables, gradient, share, momentum, decay, nesterov },
          rate: rateOf(learningRate, own),
        };
        const results = hasKernelFor(step) ? movedByKernel(step) : moved(step);
        const [next, kept] = results;
        newParameters[key] = next;
        if (kept !== undefined) newState[buffer] = kept;
        if (share !== null) continue;
        noteUpdate({
          ...{ rule: 'momentum', variables, results, gradient },
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

/** A parameter, and its momentum buffer where it has one. */
type Variables = readonly [value: Tensor, ...buffer: Tensor[]];

/** A step of one parameter. */
interface Step {
  /** Before the step. */
  readonly variables: Variables;
  readonly gradient: Tensor;
  readonly rate: Scalar;
  /** The share of the gradient that goes into the buffer; null: all of it. */
  readonly share: Scalar | null;
  readonly momentum: number;
  readonly decay: number;
  readonly nesterov: boolean;
}

/** The variables after a step. */
function moved({ variables, gradient, rate, share, momentum, decay, nesterov }: Step): Variables {
  const [value, before] = variables;
  const decayed = decay === 0 ? gradient : tf.add(gradient, tf.mul(value, decay));
  if (before === undefined) return [tf.sub(value, tf.mul(decayed, rate))];
  const fresh = share === null ? decayed : tf.mul(decayed, share);
  const buffer = tf.add(tf.mul(before, momentum), fresh);
  const direction = nesterov ? tf.add(decayed, tf.mul(buffer, momentum)) : buffer;
  return [tf.sub(value, tf.mul(direction, rate)), buffer];
}

/** Whether our own kernel takes the step in one pass, with the same bits. */
const hasKernelFor = ({ variables: [value, buffer], gradient, share }: Step) =>
  buffer !== undefined && share === null && hasKernel(value, gradient);

function movedByKernel({ variables, gradient, rate, momentum, decay, nesterov }: Step): Variables {
  const [value, before] = variables;
  const numbers = { momentum, decay, nesterov: Number(nesterov) };
  const attributes = Object.entries(numbers).map(([name, each]) => attribute.float(name, each));
  const results = execute('RedistillSgd', attributes, [value, gradient, before as Tensor, rate], 2);
  return results as [Tensor, Tensor];
}

/** 1 in the first step, 1 - dampening afterwards. */
function gradientShare(completed: Scalar, dampening: number): Scalar {
  return tf.sub(1, tf.mul(dampening, tf.minimum(completed, 1)));
}
