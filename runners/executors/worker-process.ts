import { createWriteStream, fstatSync, openSync, statSync, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { writeError } from '../../common/files.ts';
import type { EndState } from '../../contract/journal-types.ts';
import { heartbeatFile, workerLogFile } from '../../contract/paths.ts';
import type { WorkerMessage } from '../../contract/request.ts';
import type { TrialId } from '../../contract/spec.ts';
import type { WorkerLimits } from './limits.ts';
import { parseWorkerMessage } from './protocol.ts';

/** How a worker process is started; the files of its requests are appended to the arguments. */
export interface WorkerCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** How a worker says that a trial ends. */
export interface WorkerEnding {
  readonly state: EndState;
  readonly reason: string;
  /** No retry mends it. */
  readonly permanent: boolean;
  /** For want of memory. */
  readonly memory: boolean;
}

export interface WorkerExit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Why the executor killed it; null when it ended by itself or was asked to. */
  readonly killed: string | null;
  /**
   * How it said that its trials end, through a pipe that no full disk closes; under null what it
   * said of all that have not ended.
   */
  readonly endings: ReadonlyMap<TrialId | null, WorkerEnding>;
  /** The last lines of its standard error. */
  readonly lastWords: string;
}

export interface WorkerOptions {
  readonly command: WorkerCommand;
  /** One for each trial that it trains. */
  readonly requestFiles: readonly string[];
  /** Whose heartbeat is watched and whose log is written: the first trial's. */
  readonly folder: string;
  readonly limits: WorkerLimits;
  /** Asks the worker to end: SIGTERM, then SIGKILL after the grace period. */
  readonly signal: AbortSignal;
  /** Kills it at once. */
  readonly killSignal: AbortSignal;
  onStart(pid: number): void;
  onMessage(message: WorkerMessage): void;
}

/**
 * Seconds between two looks at the heartbeat; a fifth of the limit for the short limits of tests.
 */
const watchInterval = 2;

/**
 * Runs one worker process until it has ended, whatever it takes: asks it to end on `signal`, kills
 * it when it does not obey or gives no sign of life. Never leaves a process behind and never throws
 * because of what the worker does.
 *
 * @throws InfrastructureError `FILE_WRITE` when its log cannot be written
 */
export async function runWorker(options: WorkerOptions): Promise<WorkerExit> {
  const log = openLog(options.folder);
  const subprocess = execa(
    options.command.file,
    [...options.command.args, ...options.requestFiles],
    {
      env: options.command.environment,
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: log.stream,
      buffer: false,
      reject: false,
      // Ours, below: execa's own SIGKILL would come after five seconds.
      forceKillAfterDelay: false,
    },
  );
  log.stream.destroy();
  try {
    if (subprocess.pid !== undefined) options.onStart(subprocess.pid);
  } catch (error) {
    // Nobody would know of it: what cannot be recorded must not run.
    subprocess.kill('SIGKILL');
    await subprocess;
    throw error;
  }

  const over = new AbortController();
  let killed: string | null = null;
  const endings: Map<TrialId | null, WorkerEnding> = new Map();
  let spoke = false;
  const kill = (reason: string | null) => {
    killed ??= reason;
    subprocess.kill('SIGKILL');
  };
  const stop = () => {
    subprocess.kill('SIGTERM');
    void sleep(options.limits.grace * 1000, undefined, { signal: over.signal }).then(
      () => kill(null),
      () => {},
    );
  };
  const killNow = () => kill(null);
  if (options.signal.aborted) stop();
  else options.signal.addEventListener('abort', stop, { once: true });
  if (options.killSignal.aborted) killNow();
  else options.killSignal.addEventListener('abort', killNow, { once: true });
  const watching = watchLife(options, over.signal, kill, () => {
    const answer = spoke;
    spoke = false;
    return answer;
  });

  createInterface({ input: subprocess.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on(
    'line',
    (line) => {
      spoke = true;
      const message = parseWorkerMessage(line);
      if (message?.type === 'end') {
        const { trial, state, reason, permanent = false, memory = false } = message;
        endings.set(trial, { state, reason, permanent, memory });
      }
      if (message !== undefined) options.onMessage(message);
    },
  );
  const result = await subprocess;
  over.abort();
  options.signal.removeEventListener('abort', stop);
  options.killSignal.removeEventListener('abort', killNow);
  await watching;
  const signal = result.signal ?? (result.exitCode === undefined ? 'SPAWN' : null);
  const spawnError = signal === 'SPAWN' ? result.originalMessage : '';
  return {
    code: result.exitCode ?? null,
    signal,
    killed,
    endings,
    lastWords: await lastWords(options.folder, log.length, spawnError),
  };
}

/**
 * Kills the worker once its heartbeat stood still, or it was silent, for too long. Time is counted
 * in our own looks, not by a clock: a laptop that slept, a machine so busy that we did not run
 * either, or a clock that was set must kill nobody.
 */
async function watchLife(
  options: WorkerOptions,
  over: AbortSignal,
  kill: (reason: string) => void,
  spokeSinceLastLook: () => boolean,
): Promise<void> {
  const { heartbeat, silence } = options.limits;
  const interval = Math.min(watchInterval, heartbeat / 5, silence / 5);
  let seen = heartbeatTime(options.folder);
  let heartbeatAge = 0;
  let silenceAge = 0;
  try {
    for (;;) {
      await sleep(interval * 1000, undefined, { signal: over });
      const time = heartbeatTime(options.folder);
      heartbeatAge = time === seen ? heartbeatAge + interval : 0;
      seen = time;
      silenceAge = spokeSinceLastLook() ? 0 : silenceAge + interval;
      if (heartbeatAge > heartbeat) return kill(`gave no heartbeat for ${heartbeat} s`);
      if (silenceAge > silence) return kill(`made no progress for ${silence} s`);
    }
  } catch (error) {
    if (!over.aborted) throw error;
  }
}

/** 0 where there is none: somebody who removes the run's folder stops no command. */
function heartbeatTime(folder: string): number {
  try {
    return statSync(heartbeatFile(folder)).mtimeMs;
  } catch {
    return 0;
  }
}

/**
 * A stream with an open descriptor, which the worker inherits: its log needs nothing of this
 * process.
 */
function openLog(folder: string): { stream: WriteStream; length: number } {
  const file = workerLogFile(folder);
  try {
    const fd = openSync(file, 'a');
    return { stream: createWriteStream(file, { fd }), length: fstatSync(fd).size };
  } catch (cause) {
    throw writeError(file, cause);
  }
}

/** What surrounds an error's message when Node or V8 ends by it. */
const stackNoise = /^$|^at |^\^+$|^Node\.js v|^\}$|^\d+: 0x|^-{5}|^<--- /;

/** The last lines that the worker wrote to its log since this start, on one line. */
async function lastWords(folder: string, from: number, spawnError = ''): Promise<string> {
  const limit = 4000;
  const file = await open(workerLogFile(folder), 'r').catch(() => null);
  // Without its log the worker has no last words; how it ended is known all the same.
  if (file === null) return spawnError;
  try {
    const { size } = await file.stat();
    const start = Math.max(from, size - limit);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, size - start)), {
      position: start,
    });
    const lines = buffer
      .toString('utf8', 0, bytesRead)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => !stackNoise.test(line));
    return [...(spawnError === '' ? [] : [spawnError]), ...lines.slice(-2)].join(' | ');
  } finally {
    await file.close();
  }
}
