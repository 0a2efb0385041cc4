import type { ParityDriver } from '../driver.ts';
import { logitCheck } from '../losses/logits.ts';

export const nkd: ParityDriver = { 'losses/nkd.json': logitCheck('nkd') };
