import type { ParityDriver } from '../driver.ts';
import { logitCheck } from '../losses/logits.ts';

export const kd: ParityDriver = { 'losses/kd.json': logitCheck('kd') };
