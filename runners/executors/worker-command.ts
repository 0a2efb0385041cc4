import { codePath } from '../../common/installation.mjs';
import { nodeArguments, tensorflowEnvironment } from '../engine/environment.ts';
import type { WorkerCommand } from './worker-process.ts';

/** The program of a worker. */
export const workerScript = codePath(new URL('../training/worker.ts', import.meta.url));

/** How a worker of this checkout is started. */
export function workerCommand(
  threads: number,
  device: 'cpu' | 'gpu',
  script: string = workerScript,
): WorkerCommand {
  return {
    file: process.execPath,
    args: [...nodeArguments(), script],
    environment: tensorflowEnvironment({ threads, device }),
  };
}

/** The same command with these GPUs as the only ones that its process sees. */
export function onGpus(command: WorkerCommand, gpus: readonly string[]): WorkerCommand {
  const environment = { ...command.environment, CUDA_VISIBLE_DEVICES: gpus.join() };
  return { ...command, environment };
}
