/**
 * What a network for segmentation of one's own is made with; apart from `redistill/kinds` as
 * `redistill/detectors` is.
 *
 * @example
 * ```ts
 * import { defineSegmenter, pspnetOf } from 'redistill/segmenters';
 *
 * export default defineSegmenter({ id: 'my-pspnet', ...pspnetOf({ backbone: 'r18w8' }) });
 * ```
 *
 * @module
 */
import type { SegmenterKind } from '../segmentation/networks/types.ts';
import { type OwnKind, type OwnName, ownKind } from './own-kind.ts';

export { deeplabv3Of } from '../segmentation/families/deeplabv3.ts';
export { pspnetOf } from '../segmentation/families/pspnet.ts';
export { membersOf } from '../segmentation/members.ts';
export type * from '../segmentation/networks/types.ts';

/** A network for segmentation: a head of one's own on a backbone here, or a whole one. */
export function defineSegmenter(definition: OwnName & SegmenterKind): OwnKind {
  return ownKind('segmenter', definition);
}
