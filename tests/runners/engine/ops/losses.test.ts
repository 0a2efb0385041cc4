import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Scalar, Tensor1D, Tensor2D, Tensor3D, TensorContainer } from '@tensorflow/tfjs-core';
import {
  correctCount,
  crossEntropy,
  crossEntropyRows,
  linear,
  lossAndGradients,
  relu,
  relu6,
} from '../../../../runners/engine/ops/index.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';
import { assertClose, assertEqualsFormula, normal, type Values } from './reference.ts';

const labels = [2, 0, 4];

function crossEntropyFormula(logits: Values, smoothing: number): Values {
  const [rows, classes] = logits.shape as [number, number];
  const data = Float64Array.from({ length: rows }, (_, row) => {
    const z = [...logits.data.slice(row * classes, (row + 1) * classes)];
    const log = Math.log(z.reduce((sum, value) => sum + Math.exp(value), 0));
    return z.reduce((sum, value, c) => {
      const target = smoothing / classes + (labels[row] === c ? 1 - smoothing : 0);
      return sum - target * (value - log);
    }, 0);
  });
  return { shape: [rows], data };
}

describe('cross-entropy', () => {
  for (const smoothing of [0, 0.1]) {
    it(`per row, label smoothing ${smoothing}, gradient too`, () => {
      assertEqualsFormula({
        inputs: { logits: normal([3, 5], 'logits') },
        run: ({ logits }) =>
          crossEntropyRows(logits as Tensor2D, tf.tensor1d(labels, 'int32'), smoothing),
        formula: ({ logits }) => crossEntropyFormula(logits, smoothing),
      });
    });

    it(`stays finite for logits of 10,000, label smoothing ${smoothing}`, () => {
      const logits = tf.tensor2d([[1e4, -1e4, 0]]);
      const loss = crossEntropy(logits, tf.tensor1d([1], 'int32'), smoothing);
      const expected = smoothing === 0 ? 2e4 : 0.9 * 2e4 + (0.1 / 3) * (0 + 2e4 + 1e4);
      assertClose(loss.dataSync(), [expected], 1e-6, 'loss');
    });
  }

  it('is averaged over the batch', () => {
    const logits = normal([3, 5], 'logits');
    const loss = crossEntropy(
      tf.tensor2d(Float32Array.from(logits.data), [3, 5]),
      tf.tensor1d(labels, 'int32'),
    );
    const rows = crossEntropyFormula(logits, 0).data;
    assertClose(loss.dataSync(), [rows.reduce((sum, value) => sum + value, 0) / 3], 1e-6, 'loss');
  });

  it('names the shapes where rows and labels differ', () => {
    assert.throws(
      () => crossEntropyRows(tf.zeros([3, 5]), tf.tensor1d([0, 1], 'int32')),
      /\[3,5\] and labels \[2\]/,
    );
  });

  it('counts rows whose largest logit is the label', () => {
    const logits = tf.tensor2d([
      [1, 3, 2],
      [4, 0, 1],
      [0, 0, 5],
    ]);
    assert.equal(correctCount(logits, tf.tensor1d([1, 2, 2], 'int32')).dataSync()[0], 2);
  });
});

describe('linear and ReLU', () => {
  it('a linear layer on rows and on patches, gradients too', () => {
    for (const shape of [
      [4, 3],
      [2, 5, 3],
    ]) {
      assertEqualsFormula({
        inputs: {
          x: normal(shape, 'x'),
          weight: normal([3, 2], 'w'),
          bias: normal([2], 'b'),
        },
        run: ({ x, weight, bias }) => linear(x as Tensor3D, weight as Tensor2D, bias as Tensor1D),
        formula: ({ x, weight, bias }) => {
          const rows = x.data.length / 3;
          const data = Float64Array.from({ length: rows * 2 }, (_, index) => {
            const [row, o] = [Math.floor(index / 2), index % 2];
            let sum = bias.data[o] as number;
            for (let i = 0; i < 3; i += 1) sum += x.data[row * 3 + i]! * weight.data[i * 2 + o]!;
            return sum;
          });
          return { shape: [...shape.slice(0, -1), 2], data };
        },
      });
    }
  });

  it('ReLU, gradient 0 at 0', () => {
    const x = tf.tensor1d([-1, 0, 2]);
    assert.deepEqual([...relu(x).dataSync()], [0, 0, 2]);
    assert.deepEqual(
      [
        ...tf
          .grad((each) => tf.sum(relu(each)))(x)
          .dataSync(),
      ],
      [0, 0, 1],
    );
  });

  it('ReLU6, gradient 0 at 0 and at 6', () => {
    const x = tf.tensor1d([-1, 0, 2, 6, 7]);
    assert.deepEqual([...relu6(x).dataSync()], [0, 0, 2, 6, 6]);
    const gradient = tf.grad((each) => tf.sum(relu6(each)))(x);
    assert.deepEqual([...gradient.dataSync()], [0, 0, 1, 0, 0]);
  });

  it('a wrong width names both sizes', () => {
    assert.throws(
      () => linear(tf.zeros([2, 4]) as Tensor2D, tf.zeros([3, 2]) as Tensor2D),
      /4 features, the weight \[3,2\] takes 3/,
    );
  });
});

describe('lossAndGradients', () => {
  it('gives gradients by name, leaves out what the loss does not use, and keeps what it is asked to', () => {
    const before = tf.memory().numTensors;
    const read = tf.tidy(() => {
      const params = { a: tf.scalar(3), b: tf.scalar(5), unused: tf.scalar(1) };
      const { loss, gradients, aux } = lossAndGradients(params, () => {
        const square = tf.square(params.a);
        return { loss: tf.mul(square, params.b) as Scalar, aux: { square } };
      });
      return {
        names: Object.keys(gradients),
        values: [loss, gradients['a'], gradients['b'], aux.square].map(
          (each) => each?.dataSync()[0],
        ),
      } as unknown as TensorContainer;
    }) as unknown as { names: string[]; values: number[] };
    assert.deepEqual(read, { names: ['a', 'b'], values: [45, 30, 9, 9] });
    assert.equal(tf.memory().numTensors, before);
  });

  it('refuses a loss that depends on no parameter', () => {
    assert.throws(
      () =>
        tf.tidy(() => {
          lossAndGradients({ a: tf.scalar(1) }, () => ({ loss: tf.scalar(2), aux: {} }));
        }),
      /depends on none of the 1 parameters/,
    );
  });
});
