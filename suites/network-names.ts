/**
 * Tables of ImageNet call other networks `resnet18` than tables of CIFAR do; Redistill's names of
 * those have this prefix.
 */
const imagenetPrefix = 'imagenet-';

/**
 * Dense networks as tables name them, and as Redistill does: family, backbone and neck or output
 * stride, as the official configurations. Tables say `x101` for ResNeXt-101; which one it is stands
 * in the papers' configurations.
 */
const dense: Readonly<Record<string, string>> = {
  retinanet_r50: 'retinanet-r50-fpn',
  retinanet_r101: 'retinanet-r101-fpn',
  retinanet_x101: 'retinanet-x101-64x4d-fpn',
  faster_rcnn_r50: 'faster-rcnn-r50-fpn',
  faster_rcnn_r101: 'faster-rcnn-r101-fpn',
  gfl_r50: 'gfl-r50-fpn',
  gfl_r101: 'gfl-r101-fpn',
  pspnet_r18: 'pspnet-r18-d8',
  pspnet_r101: 'pspnet-r101-d8',
  deeplabv3_r18: 'deeplabv3-r18-d8',
  deeplabv3_r101: 'deeplabv3-r101-d8',
};
const published = new Map(Object.entries(dense).map(([printed, own]) => [own, printed]));

/** Redistill's name of the network that a table of this data set calls `name`. */
export function ownName(name: string, dataset: string): string {
  if (dataset === 'imagenet' && !name.startsWith(imagenetPrefix)) return `${imagenetPrefix}${name}`;
  return Object.hasOwn(dense, name) ? (dense[name] as string) : name;
}

/** The name that published tables use for Redistill's network `name`. */
export function publishedName(name: string): string {
  if (name.startsWith(imagenetPrefix)) return name.slice(imagenetPrefix.length);
  return published.get(name) ?? name;
}
