import { codePath } from '../../common/installation.mjs';
import { nodeArguments, tensorflowEnvironment } from '../engine/environment.ts';
import { gpuShareVariable } from '../engine/gpu-memory.ts';
import type { WorkerCommand } from './worker-process.ts';

/** The program of a worker. */
export const workerScript = codePath(new URL('../training/worker.ts', import.meta.url));

/**
 * How a worker of this checkout is started.
 *
 * @param gpuShare the most that it takes of a GPU's memory; null: what it needs
 */
export function workerCommand(
  threads: number,
  device: 'cpu' | 'gpu',
  script: string = workerScript,
  gpuShare: number | null = null,
): WorkerCommand {
  return {
    file: process.execPath,
    args: [...nodeArguments(), script],
    environment: {
      ...tensorflowEnvironment({ threads, device }),
      ...(gpuShare !== null && { [gpuShareVariable]: String(gpuShare) }),
    },
  };
}

/** The same command with these GPUs as the only ones that its process sees. */
export function onGpus(command: WorkerCommand, gpus: readonly string[]): WorkerCommand {
  const environment = { ...command.environment, CUDA_VISIBLE_DEVICES: gpus.join() };
  return { ...command, environment };
}
