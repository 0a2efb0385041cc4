/**
 * What a detector of one's own is made with. It is apart from `redistill/kinds`, because trials of
 * a user's method should not have every family of detectors in their numerics fingerprint.
 *
 * @example
 * ```ts
 * import { defineDetector, retinanetOf } from 'redistill/detectors';
 *
 * export default defineDetector({
 *   id: 'retinanet-r18-fpn48',
 *   ...retinanetOf({ backbone: 'r18', channels: 48, stacked: 2 }),
 * });
 * ```
 *
 * @module
 */
import type { DetectorKind } from '../detection/types.ts';
import { type OwnKind, type OwnName, ownKind } from './own-kind.ts';

export { cascadeMaskRcnnOf } from '../detection/families/cascade-mask-rcnn/network.ts';
export { fasterRcnnOf } from '../detection/families/faster-rcnn/network.ts';
export { gflOf } from '../detection/families/gfl/network.ts';
export { maskRcnnOf } from '../detection/families/mask-rcnn/network.ts';
export { retinanetOf } from '../detection/families/retinanet/network.ts';
export type * from '../detection/types.ts';

/** A detector: one of a family here with other sizes, or a network of one's own. */
export function defineDetector(definition: OwnName & DetectorKind): OwnKind {
  return ownKind('detector', definition);
}
