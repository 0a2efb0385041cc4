import { lookUp } from '../../../common/look-up.ts';
import type { DenseFamily } from './types.ts';

/**
 * The family of every kind of dense network that published tables speak of, by how names begin.
 * Also of those that Redistill has not: a cell that is not run yet states its official
 * hyper-parameters all the same.
 */
const families: Readonly<Record<string, DenseFamily>> = {
  retinanet: 'anchor-based',
  fcos: 'anchor-free',
  gfl: 'anchor-free',
  reppoints: 'anchor-free',
  solo: 'anchor-free',
  yolox: 'anchor-free',
  'faster-rcnn': 'two-stage',
  'mask-rcnn': 'two-stage',
  'cascade-mask-rcnn': 'two-stage',
  pspnet: 'segmenter',
  deeplabv3: 'segmenter',
};

/**
 * The kind of network that `retinanet-r18-fpn` or `faster_rcnn_r50` is: `retinanet`; null for a
 * name that begins like none.
 */
export function denseKindOf(network: string): string | null {
  const name = network.replaceAll('_', '-');
  return Object.keys(families).find((each) => name === each || name.startsWith(`${each}-`)) ?? null;
}

/**
 * The family of `retinanet-r18-fpn` or `faster_rcnn_r50`; null for a name that begins like none of
 * them.
 */
export function denseFamilyOf(network: string): DenseFamily | null {
  const kind = denseKindOf(network);
  return kind === null ? null : (lookUp(families, kind) as DenseFamily);
}
