import type { NumericsConditions } from '../../runners/training/fingerprint/numerics.ts';
import type { TrainingOptions } from './options.ts';

/** What decides the numerics beside the sources and TensorFlow. */
export type TrainingConditions = Omit<NumericsConditions, 'tensorflow'>;

/** @param threads intra-op */
export function conditionsOf(
  threads: number,
  { device = 'cpu', eager = false }: Pick<TrainingOptions, 'device' | 'eager'>,
): TrainingConditions {
  return { threads: { intra: threads, inter: 1 }, device, mode: eager ? 'eager' : 'recorded' };
}
