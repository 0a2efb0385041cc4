import { anchorsCheck } from './det/anchors.ts';
import { preprocessCheck } from './det/preprocess.ts';
import { rcnnHeadsCheck } from './det/rcnn-heads.ts';
import { retinaHeadCheck } from './det/retina-head.ts';
import { suppressionCheck } from './det/suppression.ts';
import type { ParityCheck } from './types.ts';

/**
 * Checks of the golden files of detection, by path within the golden folder (compressed or not). A file whose numbers
 * belong to several parts of a detector has a check for each of them.
 */
export const detectionChecks: ReadonlyMap<string, readonly ParityCheck[]> = new Map([
  ['det/anchors.json', [anchorsCheck]],
  ['det/ops.json', [suppressionCheck]],
  ['det/preprocess.json', [preprocessCheck]],
  ['det/retina_head.json', [retinaHeadCheck]],
  ['det/rcnn_heads.json', [rcnnHeadsCheck]],
]);

/** One check that gives the cases of several. */
export function together(checks: readonly ParityCheck[]): ParityCheck {
  return async (file) => {
    const cases = [];
    for (const check of checks) cases.push(...(await check(file)));
    return cases;
  };
}
