import { InfrastructureError, RedistillError, systemTrouble } from '../../common/errors.ts';
import type { Ending, EndState } from '../../contract/journal-types.ts';
import { type WorkerMessage, workerExit } from '../../contract/request.ts';
import type { MemberOptions } from './member.ts';

/**
 * Ignores output errors: they must not end training. A parent that is gone closes the pipe of
 * standard output, and the end of standard input reports it. A full disk refuses standard error,
 * and the journal or the pipe reports it.
 */
export function outliveOutputs(): void {
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
}

/** Turns an error into an end state, and journals it where the journal can still be written. */
export function failedEnding(
  error: unknown,
  { journal, report, request }: Pick<MemberOptions, 'journal' | 'report' | 'request'>,
): Ending {
  const ending: Ending = { state: endStateOf(error), reason: reasonOf(error) };
  process.stderr.write(`${ending.reason}\n`);
  try {
    journal.append({ type: 'end', ...ending, weights: null, seconds: process.uptime() });
  } catch (second) {
    process.stderr.write(`${(second as Error).message}\n`);
  }
  report({ type: 'end', trial: request.trial, ...ending, ...retryHints(error) });
  return ending;
}

/**
 * For what is thrown where there is no journal: the parent hears it, and the exit code says what
 * kind of trouble it is.
 */
export function exitCodeOf(error: unknown): number {
  const ending: Ending = { state: endStateOf(error), reason: reasonOf(error) };
  process.stderr.write(`${ending.reason}\n`);
  const message: WorkerMessage = { type: 'end', trial: null, ...ending, ...retryHints(error) };
  process.stdout.write(`${JSON.stringify(message)}\n`);
  return exitCode([ending]);
}

/**
 * The process's one end for all its trials: trouble with the machine before a stop, a stop before a
 * failure.
 */
export function exitCode(endings: readonly Pick<Ending, 'state'>[]): number {
  const codes = endings.map(({ state }) => exitCodes[state]);
  const { infrastructure, cancelled, failed, completed } = workerExit;
  return [infrastructure, cancelled, failed].find((code) => codes.includes(code)) ?? completed;
}

const exitCodes: Readonly<Record<EndState, number>> = {
  completed: workerExit.completed,
  diverged: workerExit.failed,
  failed: workerExit.failed,
  infrastructure: workerExit.infrastructure,
  'timed-out': workerExit.infrastructure,
  cancelled: workerExit.cancelled,
};

/** What whoever starts workers must know of an error to do better next time. */
function retryHints(error: unknown): { readonly permanent?: true; readonly memory?: true } {
  if (error instanceof InfrastructureError && error.permanent) return { permanent: true };
  return lackedMemory(error) ? { memory: true } : {};
}

function reasonOf(error: unknown): string {
  return error instanceof RedistillError
    ? `${error.code}: ${error.message}`
    : String((error as Error).stack ?? error);
}

function endStateOf(error: unknown): EndState {
  if (error instanceof InfrastructureError || systemTrouble(error) !== null)
    return 'infrastructure';
  return lackedMemory(error) ? 'infrastructure' : 'failed';
}

/** TensorFlow's allocators, of a GPU too, and the operating system report memory by these names. */
function lackedMemory(error: unknown): boolean {
  const text = error instanceof Error ? error.message : '';
  return /RESOURCE_EXHAUSTED|OOM when allocating|ENOMEM|Array buffer allocation failed/.test(text);
}
