import { tinyImagenetLayout } from '../streamed/tiny-imagenet.ts';
import { streamedKinds } from './streamed-files.ts';

/** Tiny-ImageNet: pictures of 64 px, which a training may also take as they are. */
export const { named: tinyImagenet, folder: tinyImagenetFolder } = streamedKinds({
  title: 'Tiny-ImageNet',
  classes: 200,
  train: 100_000,
  test: 10_000,
  side: 64,
  names: ['tiny-imagenet-200', 'tiny-imagenet'],
  layout: tinyImagenetLayout,
  form: 'tiny-imagenet',
  normalisation: {
    mean: [0.4802, 0.4481, 0.3975],
    std: [0.2302, 0.2265, 0.2262],
    source: 'megvii-research/mdistiller@a08d46f10d61:mdistiller/dataset/tiny_imagenet.py',
  },
  source: 'Get tiny-imagenet-200.zip from http://cs231n.stanford.edu/ and unpack it.',
});
