import { type ConvolutionSpec, uniform } from './modules.ts';

/**
 * The first convolution that shicaiwei123/SDD-CVPR2024@e412036:train_origin.py puts into networks
 * for 32x32 pictures, to train them on CUB-200 at 224x224: 7x7 with stride 2. It is put there after
 * the network has drawn its weights, so it starts as PyTorch's layers do.
 *
 * @param channels of the pictures
 */
export function largeStem(
  channels: number,
): Pick<ConvolutionSpec, 'kernel' | 'stride' | 'padding' | 'start'> {
  return {
    kernel: 7,
    stride: 2,
    padding: 3,
    start: { weight: uniform(channels * 7 * 7) },
  };
}
