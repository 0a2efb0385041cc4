import type { ParityDriver } from '../driver.ts';
import { logitCheck } from '../losses/logits.ts';

export const wttm: ParityDriver = { 'losses/wttm.json': logitCheck('wttm') };
