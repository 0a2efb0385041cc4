import type { KindLoaders } from '../../common/kind-table.ts';
import type { DetectorKind } from './types.ts';

/**
 * Every detector, one line each. A name says family, backbone and neck, as mmdetection's configs
 * do; what follows `fpn` is not published: `fpn64` has pyramid and head of 64 channels, with two
 * convolutions in the head instead of four, and `w16` a backbone of a quarter of the width. Tables
 * print other names (`printed`). They print `x101` for a ResNeXt-101; which one it is stands in the
 * papers' configurations.
 *
 * A new family is a folder of its own and a line here for each member. A training loads the
 * families of its own networks alone, and so no other line is part of its numerics fingerprint.
 */
// biome-ignore format: a table
export const detectorKinds: KindLoaders<DetectorKind> = {
  'retinanet-r18-fpn': async () => (await import('./families/retinanet/network.ts')).retinanetOf({ backbone: 'r18' }),
  'retinanet-r34-fpn': async () => (await import('./families/retinanet/network.ts')).retinanetOf({ backbone: 'r34' }),
  'retinanet-r50-fpn': async () => (await import('./families/retinanet/network.ts')).retinanetOf({ backbone: 'r50', printed: 'retinanet_r50' }),
  'retinanet-r101-fpn': async () => (await import('./families/retinanet/network.ts')).retinanetOf({ backbone: 'r101', printed: 'retinanet_r101' }),
  'retinanet-x101-32x4d-fpn': async () => (await import('./families/retinanet/network.ts')).retinanetOf({ backbone: 'x101-32x4d' }),
  'retinanet-x101-64x4d-fpn': async () => (await import('./families/retinanet/network.ts')).retinanetOf({ backbone: 'x101-64x4d', printed: 'retinanet_x101' }),
  'retinanet-r18w16-fpn32': async () => (await import('./families/retinanet/network.ts')).retinanetOf({ backbone: 'r18w16', channels: 32, stacked: 2 }),
  'retinanet-r18w32-fpn64': async () => (await import('./families/retinanet/network.ts')).retinanetOf({ backbone: 'r18w32', channels: 64, stacked: 2 }),
  'retinanet-r18-fpn64': async () => (await import('./families/retinanet/network.ts')).retinanetOf({ backbone: 'r18', channels: 64, stacked: 2 }),
  'retinanet-r50-fpn64': async () => (await import('./families/retinanet/network.ts')).retinanetOf({ backbone: 'r50', channels: 64, stacked: 2 }),
  'faster-rcnn-r18-fpn': async () => (await import('./families/faster-rcnn/network.ts')).fasterRcnnOf({ backbone: 'r18' }),
  'faster-rcnn-r34-fpn': async () => (await import('./families/faster-rcnn/network.ts')).fasterRcnnOf({ backbone: 'r34' }),
  'faster-rcnn-r50-fpn': async () => (await import('./families/faster-rcnn/network.ts')).fasterRcnnOf({ backbone: 'r50', printed: 'faster_rcnn_r50' }),
  'faster-rcnn-r101-fpn': async () => (await import('./families/faster-rcnn/network.ts')).fasterRcnnOf({ backbone: 'r101', printed: 'faster_rcnn_r101' }),
  'faster-rcnn-x101-32x4d-fpn': async () => (await import('./families/faster-rcnn/network.ts')).fasterRcnnOf({ backbone: 'x101-32x4d' }),
  'faster-rcnn-x101-64x4d-fpn': async () => (await import('./families/faster-rcnn/network.ts')).fasterRcnnOf({ backbone: 'x101-64x4d' }),
  'faster-rcnn-r18w16-fpn32': async () => (await import('./families/faster-rcnn/network.ts')).fasterRcnnOf({ backbone: 'r18w16', channels: 32, width: 128, proposed: 64 }),
  'faster-rcnn-r18w32-fpn64': async () => (await import('./families/faster-rcnn/network.ts')).fasterRcnnOf({ backbone: 'r18w32', channels: 64, width: 256, proposed: 128 }),
  'faster-rcnn-r18-fpn64': async () => (await import('./families/faster-rcnn/network.ts')).fasterRcnnOf({ backbone: 'r18', channels: 64, width: 256, proposed: 128 }),
  'mask-rcnn-r18-fpn': async () => (await import('./families/mask-rcnn/network.ts')).maskRcnnOf({ backbone: 'r18' }),
  'mask-rcnn-r50-fpn': async () => (await import('./families/mask-rcnn/network.ts')).maskRcnnOf({ backbone: 'r50', printed: 'mask_rcnn_r50' }),
  'mask-rcnn-r101-fpn': async () => (await import('./families/mask-rcnn/network.ts')).maskRcnnOf({ backbone: 'r101', printed: 'mask_rcnn_r101' }),
  'mask-rcnn-r18w16-fpn32': async () => (await import('./families/mask-rcnn/network.ts')).maskRcnnOf({ backbone: 'r18w16', channels: 32, width: 128, proposed: 64 }),
  'mask-rcnn-r18-fpn64': async () => (await import('./families/mask-rcnn/network.ts')).maskRcnnOf({ backbone: 'r18', channels: 64, width: 256, proposed: 256 }),
  'cascade-mask-rcnn-r50-fpn': async () => (await import('./families/cascade-mask-rcnn/network.ts')).cascadeMaskRcnnOf({ backbone: 'r50' }),
  'cascade-mask-rcnn-x101-32x4d-fpn': async () => (await import('./families/cascade-mask-rcnn/network.ts')).cascadeMaskRcnnOf({ backbone: 'x101-32x4d' }),
  'cascade-mask-rcnn-x101-32x4d-dcn-fpn': async () => (await import('./families/cascade-mask-rcnn/network.ts')).cascadeMaskRcnnOf({ backbone: 'x101-32x4d-dcn', printed: 'cascade_mask_rcnn_x101' }),
  'cascade-mask-rcnn-r18w16-fpn32': async () => (await import('./families/cascade-mask-rcnn/network.ts')).cascadeMaskRcnnOf({ backbone: 'r18w16', channels: 32, width: 128, proposed: 64 }),
  'gfl-r18-fpn': async () => (await import('./families/gfl/network.ts')).gflOf({ backbone: 'r18' }),
  'gfl-r50-fpn': async () => (await import('./families/gfl/network.ts')).gflOf({ backbone: 'r50', printed: 'gfl_r50' }),
  'gfl-r101-fpn': async () => (await import('./families/gfl/network.ts')).gflOf({ backbone: 'r101', printed: 'gfl_r101' }),
  'gfl-r18w32-fpn64': async () => (await import('./families/gfl/network.ts')).gflOf({ backbone: 'r18w32', channels: 64, stacked: 2 }),
  'fcos-r50-fpn': async () => (await import('./families/fcos/network.ts')).fcosOf({ backbone: 'r50-caffe', form: 'plain' }),
  'fcos-r101-fpn': async () => (await import('./families/fcos/network.ts')).fcosOf({ backbone: 'r101-caffe', form: 'plain', printed: 'fcos_r101' }),
  'fcos-centred-r50-fpn': async () => (await import('./families/fcos/network.ts')).fcosOf({ backbone: 'r50-caffe', form: 'centred', printed: 'fcos_r50' }),
  'fcos-centred-r101-fpn': async () => (await import('./families/fcos/network.ts')).fcosOf({ backbone: 'r101-caffe', form: 'centred' }),
  'fcos-centred-on-boxes-r50-fpn': async () => (await import('./families/fcos/network.ts')).fcosOf({ backbone: 'r50-caffe', form: 'centred-on-boxes' }),
  'fcos-centred-on-boxes-r18w16-fpn32': async () => (await import('./families/fcos/network.ts')).fcosOf({ backbone: 'r18w16', form: 'centred-on-boxes', channels: 32, stacked: 2 }),
  'fcos-centred-r18-fpn64': async () => (await import('./families/fcos/network.ts')).fcosOf({ backbone: 'r18', form: 'centred', channels: 64, stacked: 2 }),
  'fcos-centred-r18w32-fpn64': async () => (await import('./families/fcos/network.ts')).fcosOf({ backbone: 'r18w32', form: 'centred', channels: 64, stacked: 2 }),
  'fcos-centred-r18w16-fpn32': async () => (await import('./families/fcos/network.ts')).fcosOf({ backbone: 'r18w16', form: 'centred', channels: 32, stacked: 2 }),
  'reppoints-r50-fpn': async () => (await import('./families/reppoints/network.ts')).reppointsOf({ backbone: 'r50', printed: 'reppoints_r50' }),
  'reppoints-r101-fpn': async () => (await import('./families/reppoints/network.ts')).reppointsOf({ backbone: 'r101', printed: 'reppoints_r101' }),
  'reppoints-x101-32x4d-dcn-fpn': async () => (await import('./families/reppoints/network.ts')).reppointsOf({ backbone: 'x101-32x4d-dcn', printed: 'reppoints_x101' }),
  'reppoints-r18-fpn64': async () => (await import('./families/reppoints/network.ts')).reppointsOf({ backbone: 'r18', channels: 64, stacked: 2 }),
  'reppoints-r18w32-fpn64': async () => (await import('./families/reppoints/network.ts')).reppointsOf({ backbone: 'r18w32', channels: 64, stacked: 2 }),
  'reppoints-r18w16-fpn32': async () => (await import('./families/reppoints/network.ts')).reppointsOf({ backbone: 'r18w16', channels: 32, stacked: 2 }),
  'solo-r50-fpn': async () => (await import('./families/solo/network.ts')).soloOf({ backbone: 'r50', printed: 'solo_r50' }),
  'solo-r101-fpn': async () => (await import('./families/solo/network.ts')).soloOf({ backbone: 'r101', printed: 'solo_r101' }),
  'solo-r18-fpn64': async () => (await import('./families/solo/network.ts')).soloOf({ backbone: 'r18', channels: 64, stacked: 2 }),
  'solo-r18w32-fpn64': async () => (await import('./families/solo/network.ts')).soloOf({ backbone: 'r18w32', channels: 64, stacked: 2 }),
  'solo-r18w16-fpn32': async () => (await import('./families/solo/network.ts')).soloOf({ backbone: 'r18w16', channels: 32, stacked: 2 }),
  'gfl-r18w16-fpn32': async () => (await import('./families/gfl/network.ts')).gflOf({ backbone: 'r18w16', channels: 32, stacked: 2 }),
};
