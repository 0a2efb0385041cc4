import type { ParityDriver } from '../driver.ts';
import { ofakdCheck } from './ofakd.ts';

/** One file has the cases of all of OFA-KD's own distillers, this one among them. */
export const bkd: ParityDriver = { 'losses/ofakd_distillers.json': ofakdCheck };
