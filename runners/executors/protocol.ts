import { lookUp } from '../../common/look-up.ts';
import { endStates } from '../../contract/journal-line.ts';
import type { WorkerMessage } from '../../contract/request.ts';

/*
 * The protocol between an executor and its worker processes. Types and exit codes are in
 * `contract/request.ts`.
 *
 * - The arguments of a worker are the files that hold its `WorkerRequest`s: one, or those of a
 *   cohort.
 * - Standard output carries `WorkerMessage`s, one JSON line each; standard error goes to
 *   `worker.log`.
 * - Standard input is a pipe that the parent keeps open and never writes to. Its end means that the
 *   parent is gone: checkpoint, journal `end: cancelled` and exit with 130. Writing to standard
 *   output then fails with EPIPE: ignore it.
 * - SIGTERM means the same on request; the worker has the grace period for it, then it is killed.
 * - SIGINT is ignored: a terminal sends it to every process of the group, but only the parent
 *   decides.
 * - The file `heartbeat` of the run's folder is touched every two seconds by a thread that training
 *   cannot block.
 * - Every message names its trial. Of a cohort a trial may end long before its process does.
 * - The journal's `end` line, where there is one, says how the run ended; the last message and the
 *   exit code speak where there is none.
 */

const isText = (value: unknown) => typeof value === 'string';
const isCount = (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;
const isPositive = (value: unknown) => isCount(value) && value !== 0;
const isNumber = (value: unknown) => typeof value === 'number';
const isFlag = (value: unknown) => value === undefined || value === true;
const orNull = (check: (value: unknown) => boolean) => (value: unknown) =>
  value === null || check(value);

/** What every field of a message must be. */
const fields: Readonly<
  Record<WorkerMessage['type'], Readonly<Record<string, (value: unknown) => boolean>>>
> = {
  progress: {
    trial: isText,
    epoch: isCount,
    epochs: isPositive,
    step: isCount,
    steps: isCount,
    loss: isNumber,
  },
  epoch: {
    trial: isText,
    epoch: isCount,
    epochs: isPositive,
    headline: orNull(isNumber),
    loss: isNumber,
    seconds: isNumber,
  },
  lost: {
    trial: isText,
    epochs: isCount,
    reasons: (value) => Array.isArray(value) && value.every(isText),
  },
  end: {
    trial: orNull(isText),
    state: (value) => (endStates as readonly unknown[]).includes(value),
    reason: isText,
    permanent: isFlag,
  },
};

/**
 * A line of a worker's standard output; undefined for anything that is no message, whole and of the
 * types that it has: a library may print JSON as well.
 */
export function parseWorkerMessage(line: string): WorkerMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  let value: Readonly<Record<string, unknown>>;
  try {
    value = JSON.parse(line) as typeof value;
  } catch {
    return undefined;
  }
  const { type } = value;
  const expected = typeof type === 'string' ? lookUp(fields, type) : undefined;
  if (expected === undefined) return undefined;
  const whole = Object.entries(expected).every(([name, check]) => check(value[name]));
  return whole ? (value as unknown as WorkerMessage) : undefined;
}
