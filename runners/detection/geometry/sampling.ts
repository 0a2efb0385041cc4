import type { RandomStream } from '../../../common/random.ts';
import type { Assignment } from './assign.ts';

/** Chooses `count` of the candidates (ascending indices, more than `count`). */
export type Choice = (candidates: readonly number[], count: number) => readonly number[];

/**
 * The choice with which golden files were made: an even stride through the candidates,
 * `candidates[floor(j n / count)]`.
 */
export const evenChoice: Choice = (candidates, count) =>
  Array.from(
    { length: count },
    (_, index) => candidates[Math.floor((index * candidates.length) / count)] as number,
  );

/**
 * A random choice without replacement, as training makes it. In ascending order, so that sums have
 * one order.
 */
export function randomChoice(stream: RandomStream): Choice {
  return (candidates, count) =>
    Array.from(
      stream.permutation(candidates.length).subarray(0, count),
      (position) => candidates[position] as number,
    ).sort((a, b) => a - b);
}

export interface SampleConfig {
  /** Priors of a picture that count in the loss. */
  readonly num: number;
  /** Greatest share of positives among them. */
  readonly posFraction: number;
}

/** configs/_base_/models/faster-rcnn_r50_fpn.py of mmdetection 3.3.0. */
export const rpnSampler: SampleConfig = { num: 256, posFraction: 0.5 };
export const roiSampler: SampleConfig = { num: 512, posFraction: 0.25 };

export interface Sample {
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

/**
 * Draws positives up to their share, then negatives to fill up (`RandomSampler`).
 *
 * Official file: mmdetection 3.3.0 mmdet/models/task_modules/samplers/random_sampler.py and
 * base_sampler.py.
 */
export function samplePriors(
  { boxOf }: Pick<Assignment, 'boxOf'>,
  { num, posFraction }: SampleConfig,
  choose: Choice,
): Sample {
  const positives: number[] = [];
  const negatives: number[] = [];
  boxOf.forEach((box, prior) => {
    if (box > 0) positives.push(prior);
    else if (box === 0) negatives.push(prior);
  });
  const some = (candidates: readonly number[], count: number) =>
    candidates.length > count ? choose(candidates, count) : candidates;
  const positive = some(positives, Math.trunc(num * posFraction));
  return { positive, negative: some(negatives, num - positive.length) };
}
