import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { recordFunction } from '../../../runners/engine/record.ts';
import { type Binding, backend, tf } from '../../../runners/engine/tensorflow.ts';
import type { PureFunction } from '../../../runners/engine/types.ts';

/** 40 layers on a matrix of 4 MiB, and their gradient. */
const deep: PureFunction = (state, inputs) => {
  const loss = (w: Tensor2D) => {
    let x = inputs['x'] as Tensor2D;
    for (let layer = 0; layer < 40; layer += 1) x = tf.relu(tf.mul(x, w));
    return tf.mean(x) as Scalar;
  };
  const { value, grads } = tf.valueAndGrads(loss as never)([state['w'] as Tensor2D]);
  return { outputs: { loss: value }, state: { w: grads[0] as Tensor2D } };
};

/** The real binding, with a count of the tensors of at least 4 MiB that are there. */
function counting(real: Binding): { binding: Binding; peak: () => number } {
  const large = new Set<number>();
  let peak = 0;
  const executeOp: Binding['executeOp'] = (...call) => {
    const results = real.executeOp(...call);
    for (const { id, shape } of results) {
      if (shape.reduce((product, side) => product * side, 1) >= 2 ** 20) large.add(id);
    }
    peak = Math.max(peak, large.size);
    return results;
  };
  const deleteTensor: Binding['deleteTensor'] = (id) => {
    large.delete(id);
    real.deleteTensor(id);
  };
  const own = { executeOp: { value: executeOp }, deleteTensor: { value: deleteTensor } };
  return { binding: Object.create(real, own) as Binding, peak: () => peak };
}

const operations = (size: number, w: Tensor) =>
  recordFunction(
    'deep',
    { run: deep, inputs: { x: { shape: [size, size], dtype: 'float32' } } },
    { w },
  ).nodes.map((node) => [node.name, node.kind === 'op' ? node.inputs : []]);

it('a recording keeps large results no longer than the next operation, and leaves nothing behind', () => {
  const engine = backend();
  const w = tf.ones([1, 1024]);
  const narrow = tf.ones([1, 4]);
  engine.getInputTensorIds([w, narrow]);
  const real = engine.binding;
  const left = () => [real.getNumOfTensors(), tf.memory().numTensors];
  const before = left();
  const counted = counting(real);
  engine.binding = counted.binding;
  try {
    // Nothing of the small one is large enough to be given back: the graphs must be the same.
    assert.deepEqual(operations(1024, w), operations(4, narrow));
  } finally {
    engine.binding = real;
  }
  // Stand-ins of an operation's operands, and its result.
  assert.ok(counted.peak() <= 4, `${counted.peak()} large tensors at once`);
  assert.deepEqual(left(), before);
});
