import type { Tensor } from '@tensorflow/tfjs-core';
import { attribute, defineOp, executeOne } from './native.ts';

const reluOp = defineOp<'x', Record<never, never>>('Relu', {
  forward: ({ x }) => [executeOne('Relu', [attribute.type('T')], [x])],
  saveInputs: [],
  saveOutputs: [true],
  // ReluGrad asks only where the feature is positive, so the result serves and the input need not be kept.
  gradient: (dy, [y]) => ({
    x: () => executeOne('ReluGrad', [attribute.type('T')], [dy, y as Tensor]),
  }),
});

/** max(x, 0) with TensorFlow's own gradient (0 at 0, as PyTorch's). Any shape. */
export function relu<T extends Tensor>(x: T): T {
  return reluOp({ x }, {})[0] as T;
}
