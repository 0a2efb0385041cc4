import { EngineError } from './errors.ts';

/** What a process takes of its GPU's memory, where others use the GPU too. */
export interface GpuMemory {
  /** The most of it, from 0 to 1. */
  readonly share: number;
  /** Whether it is taken as it is needed. */
  readonly grows: boolean;
}

/** The variable of a process that says its share, such as `0.45`. */
export const gpuShareVariable = 'REDISTILL_GPU_MEMORY_SHARE';

/** What is left of a GPU's memory beside contexts of the driver and its libraries. */
export const driverShare = 0.9;

/**
 * A process's share where so many use one GPU; null where it has the GPU to itself, and takes what
 * it needs.
 */
export function shareAmong(processes: number): number | null {
  return processes > 1 ? driverShare / processes : null;
}

/**
 * What this process is to take; null where nobody said so.
 *
 * @throws EngineError `ENGINE_GPU_SHARE` for a share that is none
 */
export function gpuMemory(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): GpuMemory | null {
  const text = environment[gpuShareVariable] ?? '';
  if (text === '') return null;
  const share = Number(text);
  if (!(share > 0 && share <= 1)) {
    throw new EngineError(
      'ENGINE_GPU_SHARE',
      `${gpuShareVariable} is ${JSON.stringify(text)}, which is no share of a GPU's memory.`,
      { hint: 'Set it to a number above 0 and up to 1, such as 0.45, or leave it out.' },
    );
  }
  return { share, grows: environment['TF_FORCE_GPU_ALLOW_GROWTH'] !== 'false' };
}
