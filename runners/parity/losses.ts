import type { ParityCheck } from '../../contract/parity.ts';
import { adaptiveCheck } from './losses/adaptive.ts';
import { channelwiseCheck } from './losses/channelwise.ts';
import { contrastCheck } from './losses/contrast.ts';
import { crossEntropyCheck } from './losses/cross-entropy.ts';
import { curriculumCheck } from './losses/curriculum.ts';
import { featureCheck } from './losses/features.ts';
import { focalCheck } from './losses/focal.ts';
import { logitCheck } from './losses/logits.ts';
import { maskedCheck } from './losses/masked.ts';
import * as methods from './losses/methods.ts';
import { pixelwiseCheck } from './losses/pixelwise.ts';
import { pyramidCheck } from './losses/pyramid.ts';

/**
 * Checks of the golden files of losses, by path within the golden folder; a file there may also be
 * compressed (`losses/kd.json.gz`). Every check runs each case as a recorded graph and eagerly and
 * compares both.
 */
export const lossChecks: ReadonlyMap<string, ParityCheck> = new Map([
  ['losses/ce.json', crossEntropyCheck],
  ['losses/kd.json', logitCheck('kd')],
  ['losses/lskd.json', logitCheck('kd+lskd')],
  ['losses/dkd.json', logitCheck('dkd')],
  ['losses/dkd_lskd.json', logitCheck('dkd+lskd')],
  ['losses/nkd.json', logitCheck('nkd')],
  ['losses/sdd_kd.json', logitCheck('kd+sdd')],
  ['losses/sdd_dkd.json', logitCheck('dkd+sdd')],
  ['losses/sdd_nkd.json', logitCheck('nkd+sdd')],
  ['losses/sdd_spp.json', pyramidCheck],
  ['losses/ctkd.json', curriculumCheck],
  ['losses/fitnet.json', featureCheck(methods.fitnet)],
  ['losses/at.json', featureCheck(methods.at)],
  ['losses/nst.json', featureCheck(methods.nst)],
  ['losses/sp.json', featureCheck(methods.sp)],
  ['losses/pkt.json', featureCheck(methods.pkt)],
  ['losses/rkd.json', featureCheck(methods.rkd)],
  ['losses/vid.json', featureCheck(methods.vid)],
  ['losses/crd.json', contrastCheck],
  ['losses/srrl.json', featureCheck(methods.srrl)],
  ['losses/reviewkd.json', featureCheck(methods.reviewkd)],
  ['losses/ofd.json', featureCheck(methods.ofd)],
  ['losses/mlkd.json', featureCheck(methods.mlkd)],
  ['losses/dist.json', featureCheck(methods.dist)],
  ['losses/correlation.json', featureCheck(methods.correlation)],
  ['losses/ofa_loss.json', adaptiveCheck],
  ['losses/ofa_distiller.json', featureCheck(methods.ofaDistiller)],
  ['losses/mgd.json', maskedCheck],
  ['losses/cwd.json', channelwiseCheck],
  ['losses/fgd.json', focalCheck],
  ['losses/seg_pixelwise.json', pixelwiseCheck],
]);
