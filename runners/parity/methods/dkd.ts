import type { ParityDriver } from '../driver.ts';
import { logitCheck } from '../losses/logits.ts';

export const dkd: ParityDriver = { 'losses/dkd.json': logitCheck('dkd') };
