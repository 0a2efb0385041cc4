import type { Tensor4D } from '@tensorflow/tfjs-core';
import { tf } from '../tensorflow.ts';
import { depthwiseConv2d } from './convolution.ts';
import type { WindowOptions } from './window.ts';

/**
 * The windows of a map side by side: PyTorch's `nn.Unfold`.
 *
 * It is a depthwise convolution whose kernels each pick one place of the window, so that its
 * gradient is TensorFlow's.
 *
 * @param x [B, H, W, C]
 * @returns [B, H', W', C * kernel^2]: all places of the first channel, row by row, then those of
 *   the second, as PyTorch orders them
 * @throws EngineError `ENGINE_SHAPE` naming the layer where the kernel exceeds the map
 */
export function unfold(
  x: Tensor4D,
  { kernel, ...window }: WindowOptions & { readonly kernel: number },
): Tensor4D {
  const places = kernel * kernel;
  const picks = tf.eye(places).reshape<Tensor4D>([kernel, kernel, 1, places]);
  return depthwiseConv2d(x, tf.tile(picks, [1, 1, x.shape[3], 1]), window);
}
