import type { ParityCheck } from '../../contract/parity.ts';
import { anchorsCheck } from './det/anchors.ts';
import { cascadeHeadCheck } from './det/cascade-head.ts';
import { checkpointsCheck } from './det/checkpoints.ts';
import { deformConvCheck } from './det/deform-conv.ts';
import { fasterRcnnCheck } from './det/faster-rcnn.ts';
import { fcosHeadCheck } from './det/fcos-head.ts';
import { gflCheck } from './det/gfl.ts';
import { lossOpsCheck } from './det/loss-ops.ts';
import { maskHeadCheck } from './det/mask-head.ts';
import { necksCheck } from './det/necks.ts';
import { preprocessCheck } from './det/preprocess.ts';
import { rcnnHeadsCheck } from './det/rcnn-heads.ts';
import { repPointsHeadCheck } from './det/reppoints-head.ts';
import { resnextCheck } from './det/resnext.ts';
import { retinaHeadCheck } from './det/retina-head.ts';
import { retinaStepCheck } from './det/retina-step.ts';
import { retinanetCheck } from './det/retinanet.ts';
import { roiAlignCheck } from './det/roi-align.ts';
import { soloHeadCheck } from './det/solo-head.ts';
import { suppressionCheck } from './det/suppression.ts';
import type { Mode } from './networks.ts';

/**
 * Checks of the golden files of detection, by path within the golden folder (compressed or not). A
 * file whose numbers belong to several parts of a detector has a check for each of them.
 */
const checks: ReadonlyMap<string, (mode: Mode) => readonly ParityCheck[]> = new Map<
  string,
  (mode: Mode) => readonly ParityCheck[]
>([
  ['det/anchors.json', () => [anchorsCheck]],
  ['det/ops.json', () => [suppressionCheck, lossOpsCheck]],
  ['det/preprocess.json', () => [preprocessCheck]],
  ['det/retina_head.json', (mode) => [retinaHeadCheck(mode), retinaStepCheck]],
  ['det/rcnn_heads.json', () => [rcnnHeadsCheck]],
  ['det/roi_align.json', () => [roiAlignCheck]],
  ['det/retinanet_r18.json', (mode) => [retinanetCheck(mode)]],
  ['det/faster_rcnn_r18.json', (mode) => [fasterRcnnCheck(mode)]],
  ['det/retinanet_r50.json', (mode) => [retinanetCheck(mode)]],
  ['det/resnext.json', (mode) => [resnextCheck(mode)]],
  ['det/mask_head.json', (mode) => [maskHeadCheck(mode)]],
  ['det/cascade_head.json', (mode) => [cascadeHeadCheck(mode)]],
  ['det/deform_conv.json', () => [deformConvCheck]],
  ['det/fcos_head.json', (mode) => [fcosHeadCheck(mode)]],
  ['det/reppoints_head.json', (mode) => [repPointsHeadCheck(mode)]],
  ['det/solo_head.json', (mode) => [soloHeadCheck(mode)]],
  ['det/necks.json', (mode) => [necksCheck(mode)]],
  ['det/gfl_r18.json', (mode) => [gflCheck(mode)]],
  ['det/checkpoints.json', (mode) => [checkpointsCheck(mode)]],
]);

/** The check of a golden file of detection, or null where no check claims it. */
export function detectionCheck(path: string, mode: Mode): ParityCheck | null {
  const own = checks.get(path)?.(mode);
  return own === undefined ? null : together(own);
}

/** One check that gives the cases of several. */
function together(several: readonly ParityCheck[]): ParityCheck {
  return async (file) => {
    const cases = [];
    for (const check of several) cases.push(...(await check(file)));
    return cases;
  };
}
