import type { ParityDriver } from '../driver.ts';
import { logitCheck } from '../losses/logits.ts';

export const lskd: ParityDriver = {
  'losses/lskd.json': logitCheck('kd+lskd'),
  'losses/dkd_lskd.json': logitCheck('dkd+lskd'),
};
