import type { Tensor } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';

/**
 * The same values without a way back to what they were computed from: PyTorch's `detach`. tf.js has
 * none. It follows tensors by identity, so a second tensor over the same memory ends the path; what
 * follows needs no gradients.
 */
export function detach<T extends Tensor>(x: T): T {
  const { dataId, shape, dtype } = x;
  const engine = tf.engine();
  engine.backend.incRef(dataId);
  return engine.makeTensorFromTensorInfo({ dataId, shape, dtype }) as T;
}
