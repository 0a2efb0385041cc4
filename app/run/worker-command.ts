import { codePath } from '../../common/installation.mjs';
import { nodeArguments, tensorflowEnvironment } from '../../runners/engine/environment.ts';
import type { WorkerCommand } from '../../runners/executors/worker-process.ts';

/** The program of a worker. */
export const workerScript = codePath(new URL('../../runners/training/worker.ts', import.meta.url));

/** How the worker of this checkout is started. */
export function workerCommand(threads: number, device: 'cpu' | 'gpu'): WorkerCommand {
  return {
    file: process.execPath,
    args: [...nodeArguments(), workerScript],
    environment: tensorflowEnvironment({ threads, device }),
  };
}
