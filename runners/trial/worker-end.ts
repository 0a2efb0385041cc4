import { InfrastructureError, RedistillError } from '../../common/errors.ts';
import type { JournalWriter } from './journal.ts';
import type { EndState } from './journal-types.ts';
import { workerExit } from './request.ts';

interface Ending {
  readonly state: EndState;
  readonly reason: string;
}

/** Turns what was thrown into an end state, with its place in the journal where the journal can still be written. */
export function failedEnding(error: unknown, journal: JournalWriter): Ending {
  const ending: Ending = { state: endStateOf(error), reason: reasonOf(error) };
  process.stderr.write(`${ending.reason}\n`);
  try {
    journal.append({ type: 'end', ...ending, weights: null, seconds: process.uptime() });
  } catch (second) {
    process.stderr.write(`${(second as Error).message}\n`);
  }
  return ending;
}

/** For what is thrown where there is no journal: the parent hears it, and the exit code says what kind of trouble it is. */
export function exitCodeOf(error: unknown): number {
  const ending: Ending = { state: endStateOf(error), reason: reasonOf(error) };
  process.stderr.write(`${ending.reason}\n`);
  process.stdout.write(`${JSON.stringify({ type: 'end', ...ending })}\n`);
  return exitCode(ending);
}

export function exitCode({ state }: Pick<Ending, 'state'>): number {
  switch (state) {
    case 'completed':
      return workerExit.completed;
    case 'infrastructure':
    case 'timed-out':
      return workerExit.infrastructure;
    case 'cancelled':
      return workerExit.cancelled;
    default:
      return workerExit.failed;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof RedistillError
    ? `${error.code}: ${error.message}`
    : String((error as Error).stack ?? error);
}

function endStateOf(error: unknown): EndState {
  if (error instanceof InfrastructureError) return 'infrastructure';
  const text = error instanceof Error ? error.message : '';
  // TensorFlow's allocator and the operating system report memory under these names.
  if (/RESOURCE_EXHAUSTED|OOM when allocating|ENOMEM|Array buffer allocation failed/.test(text))
    return 'infrastructure';
  return 'failed';
}
