import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { codePath, codeRoot } from '../../common/installation.mjs';
import { processReason } from '../../common/process-reason.ts';
import { nodeArguments, tensorflowEnvironment } from '../../runners/engine/environment.ts';
import type { PartPlace } from './part.ts';

/** The command line without its launcher: a process group of its own, which can be killed whole. */
const main = codePath(new URL('cli/main.ts', pathToFileURL(`${codeRoot}/`)));

/** How a process of ours ended. */
export interface ProcessEnd {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** The line of its messages that says why it failed. */
  readonly reason: string;
  readonly seconds: number;
}

export interface OwnProcessOptions {
  /** Laid over the part's. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Threads of TensorFlow; default: all cores. */
  readonly threads?: number;
  /** Is told the number of the process, which leads a group of its own. */
  readonly onStart?: (pid: number) => void;
}

/**
 * Runs a command of Redistill in a process of its own, on the part's device alone.
 *
 * @throws DOMException where the part's time is over; the process is then gone
 */
export function ownCommand(
  args: readonly string[],
  place: PartPlace,
  options: OwnProcessOptions = {},
): Promise<ProcessEnd> {
  return ownProcess(main, args, place, options);
}

/** The same with a script of ours. */
export async function ownProcess(
  script: string,
  args: readonly string[],
  { device, folder, environment, signal }: PartPlace,
  { environment: overlay, threads, onStart }: OwnProcessOptions = {},
): Promise<ProcessEnd> {
  signal.throwIfAborted();
  const started = performance.now();
  const child = execa(process.execPath, [...nodeArguments(), script, ...args], {
    cwd: folder,
    detached: true,
    extendEnv: false,
    env: {
      ...environment,
      ...tensorflowEnvironment({ device, environment, ...(threads !== undefined && { threads }) }),
      ...overlay,
    },
    stdin: 'ignore',
    reject: false,
    maxBuffer: 64 * 2 ** 20,
  });
  const { pid } = child;
  // Workers go with the command, whatever they are doing: the folder is removed after this.
  const end = () => killGroup(pid);
  signal.addEventListener('abort', end);
  try {
    if (pid !== undefined) onStart?.(pid);
    const { exitCode, stdout, stderr } = await child;
    signal.throwIfAborted();
    const seconds = (performance.now() - started) / 1000;
    return { exitCode, stdout, reason: processReason(stderr), seconds };
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** Kills a process and all that it started, at once. */
export function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
