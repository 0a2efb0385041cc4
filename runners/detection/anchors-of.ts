import { UsageError } from '../../common/errors.ts';
import type { AnchorConfig } from './geometry/anchors.ts';
import type { Detector } from './types.ts';

/**
 * The anchors of a detector's levels, for a method that looks for those near boxes.
 *
 * @throws UsageError `METHOD_NETWORKS` where the network tells of none
 */
export function anchorsOf({ name, anchors }: Pick<Detector, 'name' | 'anchors'>): AnchorConfig {
  if (anchors !== undefined) return anchors;
  throw new UsageError(
    'METHOD_NETWORKS',
    `The method looks for the anchors near boxes, and ${name} tells of none.`,
    { hint: 'A detector of your own says them as `anchors`.' },
  );
}
