import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Scalar, Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { RandomStream } from '../../../../common/random.ts';
import {
  conv2d,
  conv2dAnyOrder,
  lossAndGradients,
  softmaxAnyOrder,
} from '../../../../runners/engine/ops/index.ts';
import { createProgram } from '../../../../runners/engine/program.ts';
import { tf } from '../../../../runners/engine/tensorflow.ts';

type Inputs = Readonly<Record<'x' | 'weight', Tensor>>;

const stream = RandomStream.named(1, 'test/any-order');
const random = (shape: readonly number[]) =>
  Float32Array.from({ length: shape.reduce((all, side) => all * side, 1) }, () => stream.normal());

/**
 * The squared length of the gradient of `sum(f(x, weight)^3)` by x, and its gradients by both
 * inputs: second derivatives of every sort.
 */
function slope(f: (given: Inputs) => Tensor, x: Tensor, weight: Tensor): Scalar {
  const { gradients } = lossAndGradients({ x }, () => {
    const result = f({ x, weight });
    return { loss: tf.sum(tf.mul(result, tf.square(result))) as Scalar, aux: {} };
  });
  return tf.sum(tf.square(gradients['x'] as Tensor)) as Scalar;
}

/** Compares the gradients of `slope` with differences, as a recorded graph and op by op. */
function compare(f: (given: Inputs) => Tensor, shapes: Record<'x' | 'weight', number[]>): void {
  const values = { x: random(shapes.x), weight: random(shapes.weight) };
  const specs = {
    x: { shape: shapes.x, dtype: 'float32' },
    weight: { shape: shapes.weight, dtype: 'float32' },
  } as const;
  for (const mode of ['recorded', 'eager'] as const) {
    const program = createProgram({
      ...{ mode, state: {}, initial: {} },
      functions: {
        slope: {
          inputs: specs,
          run: (_, inputs) => {
            const { x, weight } = inputs as Inputs;
            const { loss, gradients } = lossAndGradients({ x, weight }, () => ({
              loss: slope(f, x, weight),
              aux: {},
            }));
            const { x: byX, weight: byWeight } = gradients as unknown as Inputs;
            return { outputs: { loss, byX, byWeight }, state: {} };
          },
        },
      },
    });
    try {
      const official = program.call('slope', values);
      for (const [name, output] of [
        ['x', 'byX'],
        ['weight', 'byWeight'],
      ] as const) {
        const direction = random(shapes[name]);
        const step = 1e-2;
        const moved = [step, -step].map((by) => {
          const changed = values[name].map((value, at) => value + by * (direction[at] as number));
          return program.call('slope', { ...values, [name]: changed })['loss']?.[0] as number;
        }) as [number, number];
        const found = (official[output] as Float32Array).reduce(
          (sum, value, at) => sum + value * (direction[at] as number),
          0,
        );
        const wanted = (moved[0] - moved[1]) / (2 * step);
        const allowed = 2e-2 * Math.abs(wanted) + 1e-3 * (official['loss']?.[0] as number);
        assert.ok(Math.abs(found - wanted) < allowed, `${mode} ${name}: ${found}, ${wanted}`);
      }
    } finally {
      program.dispose();
    }
  }
}

describe('operations whose gradients have gradients', () => {
  it('convolutions, by the map and by the weight', () => {
    for (const [stride, padding] of [
      [1, 0],
      [2, 1],
    ] as const) {
      compare(
        ({ x, weight }) => conv2dAnyOrder(x as Tensor4D, weight as Tensor4D, { stride, padding }),
        { x: [2, 6, 7, 2], weight: [4, 4, 2, 3] },
      );
    }
  });

  it('softmax', () => {
    compare(({ x, weight }) => softmaxAnyOrder(tf.matMul(x as Tensor2D, weight as Tensor2D)), {
      x: [3, 4],
      weight: [4, 5],
    });
  });

  it('convolutions are those of conv2d', () => {
    const [x, weight] = [
      tf.tensor4d(random([2, 9, 8, 3]), [2, 9, 8, 3]),
      tf.tensor4d(random([4, 4, 3, 5]), [4, 4, 3, 5]),
    ];
    const options = { stride: 2, padding: 1 };
    const [own, usual] = [conv2dAnyOrder(x, weight, options), conv2d(x, weight, options)];
    assert.deepEqual(own.shape, usual.shape);
    assert.ok((tf.max(tf.abs(tf.sub(own, usual))).dataSync()[0] as number) < 1e-5);
  });
});
