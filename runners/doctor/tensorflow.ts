import { execa } from 'execa';
import { codePath } from '../../common/installation.mjs';
import { processReason } from '../../common/process-reason.ts';
import { nodeArguments, tensorflowEnvironment } from '../engine/environment.ts';
import type { TensorflowFacts } from './types.ts';

const probe = codePath(new URL('./tensorflow-probe.ts', import.meta.url));

/**
 * Loads TensorFlow in a process of its own, because a library that is missing or built for another
 * processor ends the process that loads it.
 *
 * @param options.file what that process runs
 * @param options.timeout in milliseconds
 * @throws DOMException where its caller stops it; the process is then gone
 */
export async function probeTensorflow(
  options: {
    readonly file?: string;
    readonly timeout?: number | undefined;
    readonly signal?: AbortSignal;
  } = {},
): Promise<TensorflowFacts> {
  const { file = probe, timeout = 60_000, signal: stop } = options;
  const { exitCode, signal, timedOut, stdout, stderr } = await execa(
    process.execPath,
    [...nodeArguments(), file],
    {
      env: tensorflowEnvironment(),
      stdin: 'ignore',
      reject: false,
      timeout,
      ...(stop !== undefined && { cancelSignal: stop }),
      forceKillAfterDelay: 100,
    },
  );
  stop?.throwIfAborted();
  if (timedOut) return { kind: 'failed', reason: `did not load within ${timeout / 1000} s` };
  if (signal !== undefined) return { kind: 'failed', reason: endedBy(signal) };
  if (exitCode !== 0) return { kind: 'failed', reason: reasonIn(stderr) };
  const { version, usesGpu } = JSON.parse(stdout.split('\n').at(-1) ?? '') as {
    version: string;
    usesGpu: boolean;
  };
  return { kind: 'loaded', version, usesGpu };
}

function endedBy(signal: string): string {
  if (signal === 'SIGILL') return 'this processor lacks instructions that the build needs (AVX)';
  return `the process that loaded it was ended by ${signal}`;
}

/** What a loader's message means; the message itself where it is none of the known ones. */
function reasonIn(stderr: string): string {
  if (/tfjs_binding\.node\) can not be found/.test(stderr)) return 'the binding is not built';
  if (/Cannot find (module|package)/.test(stderr)) return 'the npm packages are not installed';
  const library = /([\w.+-]+\.so[.\d]*): cannot open shared object file/.exec(stderr)?.[1];
  if (library !== undefined) return `the library ${library} is not where the binding was built for`;
  return processReason(stderr) || 'no message';
}
