import { UsageError } from '../../common/errors.ts';
import type { Division } from '../../contract/parts.ts';
import type { NumericsConditions } from '../../runners/training/fingerprint/numerics.ts';
import type { TrainingOptions } from './options.ts';

/** What decides the numerics beside the sources and TensorFlow. */
export interface TrainingConditions extends Omit<NumericsConditions, 'tensorflow' | 'parts'> {
  /** How batches are to be worked off; absent: as recipes say. */
  readonly division?: Division;
}

type DecidingOptions = Pick<
  TrainingOptions,
  'device' | 'eager' | 'samplesPerGpu' | 'gpus' | GpuOption
>;

/**
 * @param threads intra-op
 * @throws UsageError `RUN_GPU_OPTION` for an option of GPUs on a CPU, where it would be ignored
 */
export function conditionsOf(
  threads: number,
  { device = 'cpu', eager = false, samplesPerGpu, gpus, ...asked }: DecidingOptions,
): TrainingConditions {
  const shared = {
    device,
    mode: eager ? 'eager' : 'recorded',
    ...((samplesPerGpu ?? gpus) !== undefined && { division: { samplesPerGpu, gpus } }),
  } as const;
  if (device === 'gpu') {
    const { tf32 = false, deterministic = false, xla = false } = asked;
    // 0: TensorFlow's own choice, as `interOpThreads` has it.
    const inter = deterministic ? 1 : 0;
    return { ...shared, threads: { intra: threads, inter }, gpu: { tf32, deterministic, xla } };
  }
  const option = gpuOptions.find((name) => asked[name] === true);
  if (option === undefined) return { ...shared, threads: { intra: threads, inter: 1 } };
  throw new UsageError('RUN_GPU_OPTION', `--${option} is for a GPU, and this run is on a CPU.`, {
    hint: `Run it with --device gpu, or leave out --${option}.`,
  });
}

const gpuOptions = ['tf32', 'deterministic', 'xla'] as const;
type GpuOption = (typeof gpuOptions)[number];
