import type { ParityDriver } from '../driver.ts';
import { logitCheck } from '../losses/logits.ts';
import { pyramidCheck } from './sdd-pyramid.ts';

export const sdd: ParityDriver = {
  'losses/sdd_kd.json': logitCheck('kd+sdd'),
  'losses/sdd_dkd.json': logitCheck('dkd+sdd'),
  'losses/sdd_nkd.json': logitCheck('nkd+sdd'),
  'losses/sdd_spp.json': pyramidCheck,
};
