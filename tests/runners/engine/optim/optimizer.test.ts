import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { adamW, createOptimizer, dot, lamb, sgd } from '../../../../runners/engine/optim/index.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';

// Numbers against torch are in the parity tests (reference/golden/optim); here is what a file of
// numbers cannot show.
describe('optimizers', () => {
  const slot = { key: 'fc.weight', spec: { shape: [2, 2] } };
  const value = tf.ones([2, 2]);

  it('name their state after buffer and parameter, and start it at zero', () => {
    const momentum = { momentum: 0.9, nesterov: false, weightDecay: 0 };
    const names = Object.keys(sgd(momentum).initialState([slot]));
    assert.deepEqual(names, ['momentum/fc.weight']);
    assert.deepEqual(sgd({ ...momentum, momentum: 0 }).initialState([slot]), {});
    const adaptive = createOptimizer({
      kind: 'adamw',
      lr: 0.1,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0,
    }).initialState([slot]);
    assert.deepEqual(
      Object.entries(adaptive).map(([name, { shape, values }]) => [name, shape, [...values]]),
      [
        ['exp_avg/fc.weight', [2, 2], [0, 0, 0, 0]],
        ['exp_avg_sq/fc.weight', [2, 2], [0, 0, 0, 0]],
        ['step', [], [0]],
      ],
    );
  });

  it('leave a parameter without a gradient as it is, weight decay included', () => {
    const hyper = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.5 };
    for (const optimizer of [
      sgd({ momentum: 0.9, nesterov: false, weightDecay: 0.5 }),
      adamW(hyper),
    ]) {
      const state = Object.fromEntries(
        Object.entries(optimizer.initialState([slot])).map(([name, { shape, values }]) => [
          name,
          tf.tensor(values, [...shape]),
        ]),
      );
      const result = optimizer.update({
        parameters: [{ key: slot.key, value, gradient: null }],
        state,
        learningRate: tf.scalar(0.1),
      });
      assert.equal(result.parameters['fc.weight'], value);
      assert.equal(Object.keys(result.state).filter((name) => name.includes('fc')).length, 0);
    }
  });

  it('move a parameter with a rate of its own as one at that rate', () => {
    const hyper = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.5 };
    const gradient = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    for (const optimizer of [
      sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.5 }),
      adamW(hyper),
      lamb(hyper),
      dot({ momentum: 0.9, delta: 0.1, weightDecay: 0.5 }),
    ]) {
      const state = Object.fromEntries(
        Object.entries(optimizer.initialState([slot])).map(([name, { shape, values }]) => [
          name,
          tf.tensor(values, [...shape]),
        ]),
      );
      const moved = (rate: number, learningRate: number) => {
        const parameter = { key: slot.key, value, gradient, distilled: gradient, rate };
        const given = { parameters: [parameter], state, learningRate: tf.scalar(learningRate) };
        return [...(optimizer.update(given).parameters['fc.weight']?.dataSync() ?? [])];
      };
      assert.deepEqual(moved(2, 0.125), moved(1, 0.25));
      assert.notDeepEqual(moved(2, 0.125), moved(1, 0.125));
    }
  });
});
