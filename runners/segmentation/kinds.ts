import type { KindLoaders } from '../../common/kind-table.ts';
import type { SegmenterKind } from './networks/types.ts';

/**
 * Every segmenter, one line each. A name says head, backbone and stride, as mmsegmentation's
 * configs do (`d8`), or whose network of that name it is; one with `w16` is not published: it
 * begins with 16 channels in place of 64.
 *
 * A new head is a file of its own in `families/` and a line here for each member. A training loads
 * those of its own networks alone, and so no other line is part of its numerics fingerprint.
 */
// biome-ignore format: a table
export const segmenterKinds: KindLoaders<SegmenterKind> = {
  'pspnet-r18-d8': async () => (await import('./families/pspnet.ts')).pspnetOf({ backbone: 'r18', printed: 'pspnet_r18' }),
  'pspnet-r50-d8': async () => (await import('./families/pspnet.ts')).pspnetOf({ backbone: 'r50' }),
  'pspnet-r101-d8': async () => (await import('./families/pspnet.ts')).pspnetOf({ backbone: 'r101', printed: 'pspnet_r101' }),
  'deeplabv3-r18-d8': async () => (await import('./families/deeplabv3.ts')).deeplabv3Of({ backbone: 'r18', printed: 'deeplabv3_r18' }),
  'deeplabv3-r50-d8': async () => (await import('./families/deeplabv3.ts')).deeplabv3Of({ backbone: 'r50' }),
  'deeplabv3-r101-d8': async () => (await import('./families/deeplabv3.ts')).deeplabv3Of({ backbone: 'r101', printed: 'deeplabv3_r101' }),
  'deeplabv3-r18w8-d8': async () => (await import('./families/deeplabv3.ts')).deeplabv3Of({ backbone: 'r18w8' }),
  'pspnet-r18-torchdistiller': async () => (await import('./families/torchdistiller.ts')).torchDistillerOf({ backbone: 'r18', architecture: 'resnet18_csail', printed: 'pspnet_r18' }),
  'pspnet-r101-torchdistiller': async () => (await import('./families/torchdistiller.ts')).torchDistillerOf({ backbone: 'r101', architecture: 'resnet101_csail', printed: 'pspnet_r101' }),
  'pspnet-r18w8-torchdistiller': async () => (await import('./families/torchdistiller.ts')).torchDistillerOf({ backbone: 'r18w8' }),
  'pspnet-r18w16-torchdistiller': async () => (await import('./families/torchdistiller.ts')).torchDistillerOf({ backbone: 'r18w16' }),
  'pspnet-r18w8-d8': async () => (await import('./families/pspnet.ts')).pspnetOf({ backbone: 'r18w8' }),
  'pspnet-r18w16-d8': async () => (await import('./families/pspnet.ts')).pspnetOf({ backbone: 'r18w16' }),
  'pspnet-r18w32-d8': async () => (await import('./families/pspnet.ts')).pspnetOf({ backbone: 'r18w32' }),
};
