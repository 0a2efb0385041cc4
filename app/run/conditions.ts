import type { Division } from '../../contract/parts.ts';
import type { NumericsConditions } from '../../runners/training/fingerprint/numerics.ts';
import type { TrainingOptions } from './options.ts';

/** What decides the numerics beside the sources and TensorFlow. */
export interface TrainingConditions extends Omit<NumericsConditions, 'tensorflow' | 'parts'> {
  /** How batches are to be worked off; absent: as recipes say. */
  readonly division?: Division;
}

type DecidingOptions = Pick<TrainingOptions, 'device' | 'eager' | 'samplesPerGpu' | 'gpus'>;

/** @param threads intra-op */
export function conditionsOf(
  threads: number,
  { device = 'cpu', eager = false, samplesPerGpu, gpus }: DecidingOptions,
): TrainingConditions {
  return {
    threads: { intra: threads, inter: 1 },
    device,
    mode: eager ? 'eager' : 'recorded',
    ...((samplesPerGpu ?? gpus) !== undefined && { division: { samplesPerGpu, gpus } }),
  };
}
