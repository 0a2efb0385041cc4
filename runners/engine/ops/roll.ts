import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { attribute, defineOp, executeOne } from './native.ts';

const rolled = (x: Tensor, down: number, right: number) =>
  executeOne(
    'Roll',
    [attribute.type('T'), attribute.type('Tshift', 'int32'), attribute.type('Taxis', 'int32')],
    [x, tf.tensor1d([down, right], 'int32'), tf.tensor1d([1, 2], 'int32')],
  );

const rollOp = defineOp<'x', { readonly down: number; readonly right: number }>('Roll', {
  forward: ({ x }, { down, right }) => [rolled(x, down, right)],
  saveInputs: [],
  saveOutputs: [false],
  gradient: (dy, _, { down, right }) => ({ x: () => rolled(dy, -down, -right) }),
});

/**
 * Moves a map [B, H, W, C] by whole positions; what leaves it on one side enters on the other
 * (PyTorch's `torch.roll`).
 */
export function rollMap(x: Tensor4D, down: number, right: number): Tensor4D {
  return rollOp({ x }, { down, right })[0] as Tensor4D;
}
