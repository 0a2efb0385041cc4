import type { Tensor } from '@tensorflow/tfjs-core';
import { attribute, defineOp, executeOne } from './native.ts';

const reluOp = defineOp<'x', Record<never, never>>('Relu', {
  forward: ({ x }) => [executeOne('Relu', [attribute.type('T')], [x])],
  saveInputs: [],
  saveOutputs: [true],
  // ReluGrad asks only where the feature is positive, so the result serves and the input need not
  // be kept.
  gradient: (dy, [y]) => ({
    x: () => executeOne('ReluGrad', [attribute.type('T')], [dy, y as Tensor]),
  }),
});

/** max(x, 0) with TensorFlow's own gradient (0 at 0, as PyTorch's). Any shape. */
export function relu<T extends Tensor>(x: T): T {
  return reluOp({ x }, {})[0] as T;
}

const relu6Op = defineOp<'x', Record<never, never>>('Relu6', {
  forward: ({ x }) => [executeOne('Relu6', [attribute.type('T')], [x])],
  saveInputs: [],
  saveOutputs: [true],
  // As with ReluGrad, the result says where the gradient passes: strictly between 0 and 6.
  gradient: (dy, [y]) => ({
    x: () => executeOne('Relu6Grad', [attribute.type('T')], [dy, y as Tensor]),
  }),
});

/** min(max(x, 0), 6) with TensorFlow's own gradient (0 at 0 and at 6, as PyTorch's). Any shape. */
export function relu6<T extends Tensor>(x: T): T {
  return relu6Op({ x }, {})[0] as T;
}
