import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { attribute, executeOne } from './native.ts';

/**
 * The bits of 32-bit values [..., n] as 0 and 1 in float32, the lowest first: [..., 32 n]. Without
 * gradient.
 *
 * @param words int32, or the same bits called float32, which a GPU keeps and moves: TensorFlow has
 *   int32 on the processor
 */
export function bitsOf(words: Tensor): Tensor {
  const places = tf.tensor1d(
    Int32Array.from({ length: 32 }, (_, bit) => bit),
    'int32',
  );
  const type = [attribute.type('T', 'int32')];
  const apart = words.reshape([...words.shape, 1]);
  const whole = words.dtype === 'int32' ? apart : asIntegers(apart);
  const shifted = executeOne('RightShift', type, [whole, places]);
  const bits = executeOne('BitwiseAnd', type, [shifted, tf.scalar(1, 'int32')]);
  const shape = [...words.shape.slice(0, -1), 32 * (words.shape.at(-1) as number)];
  return tf.cast(bits, 'float32').reshape(shape);
}

const asIntegers = (words: Tensor): Tensor =>
  executeOne('Bitcast', [attribute.type('T'), attribute.type('type', 'int32')], [words]);
