import { crossEntropyCheck } from './losses/cross-entropy.ts';
import { curriculumCheck } from './losses/curriculum.ts';
import { logitCheck } from './losses/logits.ts';
import { pyramidCheck } from './losses/pyramid.ts';
import type { ParityCheck } from './types.ts';

/**
 * Checks of the golden files of losses, by path within the golden folder; a file there may also be compressed
 * (`losses/kd.json.gz`). Every check runs each case as a recorded graph and eagerly and compares both.
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
]);
