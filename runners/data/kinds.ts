import type { KindLoaders } from '../../common/kind-table.ts';
import type { DatasetKind } from './dataset.ts';

/**
 * Every data set, one line each, those for classification first. A key that ends with a colon
 * stands for any set of that form: `images:NAME`.
 *
 * A data set is a file of its own and a line here. A training loads the source of its own set
 * alone, and so no other line is part of its numerics fingerprint.
 */
// biome-ignore format: a table
export const datasetKinds: KindLoaders<DatasetKind> = {
  embedded: async () => (await import('./sets/embedded.ts')).embedded,
  'embedded-small': async () => (await import('./sets/embedded.ts')).embeddedSmall,
  cifar10: async () => (await import('./sets/cifar.ts')).cifar10,
  cifar100: async () => (await import('./sets/cifar.ts')).cifar100,
  'cifar10-images': async () => (await import('./sets/cifar.ts')).cifar10Images,
  imagenet: async () => (await import('./sets/imagenet.ts')).imagenet,
  'tiny-imagenet': async () => (await import('./sets/tiny-imagenet.ts')).tinyImagenet,
  cub200: async () => (await import('./sets/cub200.ts')).cub200,
  'imagenet:': async () => (await import('./sets/imagenet.ts')).imagenetFolder,
  'tiny-imagenet:': async () => (await import('./sets/tiny-imagenet.ts')).tinyImagenetFolder,
  'cub200:': async () => (await import('./sets/cub200.ts')).cub200Folder,
  'images:': async () => (await import('./sets/images.ts')).images,
  'embedded-scenes': async () => (await import('./sets/scenes.ts')).scenes,
  'embedded-scenes-small': async () => (await import('./sets/scenes.ts')).scenesSmall,
  coco2017: async () => (await import('./sets/coco.ts')).coco2017,
  coco128: async () => (await import('./sets/coco.ts')).coco128,
  'coco:': async () => (await import('./sets/coco.ts')).coco,
  cityscapes: async () => (await import('./sets/cityscapes.ts')).cityscapes,
  camvid: async () => (await import('./sets/camvid.ts')).camvid,
};
