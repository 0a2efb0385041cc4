import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { defineOp, shapeError } from './native.ts';

interface LayerNormAttrs {
  readonly epsilon: number;
}

/** Normal values and 1 / deviation of every row, from rows along the last axis. */
function standardized(x: Tensor, epsilon: number): readonly [normal: Tensor, inverse: Tensor] {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
  return [tf.mul(centred, inverse), inverse];
}

const layerNormOp = defineOp<'x' | 'scale' | 'offset', LayerNormAttrs>('LayerNorm', {
  forward: ({ x, scale, offset }, { epsilon }) => {
    const [normal, inverse] = standardized(x, epsilon);
    return [tf.add(tf.mul(normal, scale), offset), normal, inverse];
  },
  saveInputs: ['scale'],
  saveOutputs: [false, true, true],
  gradient: (dy, [scale, normal, inverse]) => {
    const rows = dy.shape.slice(0, -1).map((_, axis) => axis);
    return {
      x: () => {
        const scaled = tf.mul(dy, scale as Tensor);
        const along = tf.mean(tf.mul(scaled, normal as Tensor), -1, true);
        const rest = tf.sub(scaled, tf.mean(scaled, -1, true));
        return tf.mul(tf.sub(rest, tf.mul(normal as Tensor, along)), inverse as Tensor);
      },
      scale: () => tf.sum(tf.mul(dy, normal as Tensor), rows),
      offset: () => tf.sum(dy, rows),
    };
  },
});

/**
 * Layer normalization (Ba, Kiros & Hinton 2016, arXiv:1607.06450) along the last axis: PyTorch's
 * `nn.LayerNorm(C)`. The same in training and afterwards.
 *
 * @param x [..., C]
 * @param scale, offset [C]
 * @param epsilon added to the variance
 * @throws EngineError `ENGINE_SHAPE` naming the layer where scale or offset are of another width
 */
export function layerNorm<T extends Tensor>(
  x: T,
  scale: Tensor1D,
  offset: Tensor1D,
  epsilon: number,
): T {
  const width = x.shape.at(-1);
  if (scale.shape[0] !== width || offset.shape[0] !== width) {
    throw shapeError(
      'layer norm',
      `the input [${x.shape}] has ${width} channels, its scale ${scale.shape[0]} and its offset ${offset.shape[0]}.`,
    );
  }
  return layerNormOp({ x, scale, offset }, { epsilon })[0] as T;
}
