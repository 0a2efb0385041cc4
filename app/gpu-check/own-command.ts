import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { codePath, codeRoot } from '../../common/installation.mjs';
import { nodeArguments, tensorflowEnvironment } from '../../runners/engine/environment.ts';
import type { PartPlace } from './part.ts';

/** The command line without its launcher: a process group of its own, which can be killed whole. */
const main = codePath(new URL('cli/main.ts', pathToFileURL(`${codeRoot}/`)));

/** How a command of ours ended. */
export interface CommandEnd {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** The last line of its messages. */
  readonly lastWords: string;
  readonly seconds: number;
}

/**
 * Runs a command of Redistill in a process of its own, on the part's device alone.
 *
 * @param options.environment laid over the part's
 * @param options.onStart is told the number of the process, which leads a group of its own
 * @throws DOMException where the part's time is over; the process is then gone
 */
export async function ownCommand(
  args: readonly string[],
  { device, folder, environment, signal }: PartPlace,
  options: {
    readonly environment?: Readonly<Record<string, string>>;
    readonly onStart?: (pid: number) => void;
  } = {},
): Promise<CommandEnd> {
  signal.throwIfAborted();
  const started = performance.now();
  const child = execa(process.execPath, [...nodeArguments(), main, ...args], {
    cwd: folder,
    detached: true,
    extendEnv: false,
    env: {
      ...environment,
      ...tensorflowEnvironment({ device, environment }),
      ...options.environment,
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
    if (pid !== undefined) options.onStart?.(pid);
    const { exitCode, stdout, stderr } = await child;
    signal.throwIfAborted();
    const lastWords = stderr.trimEnd().split('\n').at(-1) ?? '';
    return { exitCode, stdout, lastWords, seconds: (performance.now() - started) / 1000 };
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
