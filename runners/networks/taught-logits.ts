import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { NetworkOutput } from './types.ts';

/** The logits [B, classes] of a student that a method compares with the teacher's. */
export const taughtLogits = ({
  logits,
  taughtLogits: own,
}: Pick<NetworkOutput, 'logits' | 'taughtLogits'>): Tensor2D => own ?? logits;
