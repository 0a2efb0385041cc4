import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../common/random.ts';
import { tf } from '../engine/tensorflow.ts';
import type { Forward } from './types.ts';

/*
 * Stochastic depth (Huang et al. 2016, arXiv:1603.09382) as timm 0.6.5 has it
 * (timm/models/layers/drop.py): in training a residual branch is left out for each picture with its
 * own probability p, and the others are divided by 1 - p.
 */

/** timm's usual rule: from 0 in the first block to `rate` in the last, two branches per block. */
export function growingRates(blocks: number, rate: number, perBlock: 1 | 2 = 2): number[] {
  return Array.from({ length: blocks * perBlock }, (_, branch) =>
    blocks === 1 ? 0 : (rate * Math.floor(branch / perBlock)) / (blocks - 1),
  );
}

/** `x` with what a residual branch adds to it. */
export function plus<T extends Tensor>(context: Forward, x: T, branch: T): T {
  return tf.add<T>(x, context.branch?.(branch) ?? branch);
}

/**
 * A step's factors of residual branches, [branches, B]: 0, or 1 / (1 - p). A branch that is never
 * left out takes no random number.
 */
export function branchFactors(
  probabilities: readonly number[],
  batch: number,
  stream: RandomStream,
): Float32Array {
  return Float32Array.from({ length: probabilities.length * batch }, (_, at) => {
    const left = probabilities[Math.floor(at / batch)] as number;
    return left > 0 && stream.uniform() < left ? 0 : 1 / (1 - left);
  });
}

/** `Forward.branch` for these factors; each call takes those of the next branch. */
export function branchesWith(
  probabilities: readonly number[],
  factors: Tensor2D,
): NonNullable<Forward['branch']> {
  let next = 0;
  return <T extends Tensor>(branch: T): T => {
    const index = next;
    next += 1;
    if (index >= probabilities.length) throw new TypeError('More branches than drop paths.');
    if (probabilities[index] === 0) return branch;
    const batch = branch.shape[0] as number;
    const own = tf.slice(factors, [index, 0], [1, batch]);
    return tf.mul<T>(branch, own.reshape([batch, ...branch.shape.slice(1).map(() => 1)]));
  };
}
