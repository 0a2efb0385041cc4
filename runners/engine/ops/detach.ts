import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';

/**
 * The same values without their history: PyTorch's `detach`, which tf.js lacks. tf.js follows
 * tensors by identity, so a second tensor over the same memory ends the path of gradients.
 */
export function detach<T extends Tensor>(x: T): T {
  const { dataId, shape, dtype } = x;
  const engine = tf.engine();
  engine.backend.incRef(dataId);
  return engine.makeTensorFromTensorInfo({ dataId, shape, dtype }) as T;
}
