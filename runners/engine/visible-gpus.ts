import { execa } from 'execa';
import { InfrastructureError } from '../../common/errors.ts';
import { driverShare } from './gpu-memory.ts';

/**
 * The GPUs that this process may use, as `CUDA_VISIBLE_DEVICES` names them; empty where none can be
 * told apart, which a worker then says.
 */
export async function visibleGpus(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly string[]> {
  const chosen = environment['CUDA_VISIBLE_DEVICES'];
  return chosen === undefined ? driverSays('index') : names(chosen.split(','));
}

/**
 * Memory of the smallest of these GPUs in MiB, as the driver says; null where it says nothing.
 *
 * @param gpus as `visibleGpus` gives them; the driver takes numbers and UUIDs alike
 */
export async function gpuMemoryMiB(gpus: readonly string[]): Promise<number | null> {
  if (gpus.length === 0) return null;
  const sizes = (await driverSays('memory.total', gpus)).map(Number);
  return sizes.length > 0 && sizes.every((size) => size > 0) ? Math.min(...sizes) : null;
}

/** A field of all or of these GPUs, without its unit; empty where the driver says nothing. */
async function driverSays(field: string, gpus?: readonly string[]): Promise<readonly string[]> {
  const which = gpus === undefined ? [] : [`--id=${gpus.join(',')}`];
  const { stdout, exitCode } = await execa(
    'nvidia-smi',
    [...which, `--query-gpu=${field}`, '--format=csv,noheader,nounits'],
    { reject: false, timeout: 30_000 },
  );
  return exitCode === 0 ? names(stdout.split('\n')) : [];
}

/**
 * Memory that one of several workers may take, in MiB: a share of its GPU where that is known (the
 * driver keeps a little), else a share of the machine's.
 *
 * @param gpus how many there are
 */
export function workerMemoryMiB(
  machineMiB: number,
  { workers, gpus, gpuMiB }: { workers: number; gpus: number; gpuMiB: number | null },
): number {
  if (gpuMiB === null) return machineMiB / workers;
  return Math.min(
    (driverShare * gpuMiB) / Math.ceil(workers / Math.max(1, gpus)),
    machineMiB / workers,
  );
}

const names = (parts: readonly string[]) =>
  parts.map((part) => part.trim()).filter((part) => part !== '');

/** For a training that is to have more GPUs than can be used. */
export function tooFewGpus(wanted: number, visible: readonly string[]): InfrastructureError {
  const found = visible.length === 0 ? 'none' : String(visible.length);
  // Fewer than one is no advice.
  const instead = visible.length === 0 ? 'Run it with --device cpu.' : 'Take a smaller --gpus.';
  return new InfrastructureError(
    'GPU_COUNT',
    `Each training is to have ${wanted === 1 ? 'a GPU' : `${wanted} GPUs`}, and ${found} can be used here.`,
    {
      hint: `${instead} CUDA_VISIBLE_DEVICES and the configuration of a queue say which can be used; \`redistill doctor\` lists them.`,
      permanent: true,
    },
  );
}
