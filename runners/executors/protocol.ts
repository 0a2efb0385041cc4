import type { Json } from '../../common/canonical.ts';
import type { WorkerMessage } from '../trial/request.ts';

/*
 * The protocol between an executor and its worker processes. Types and exit codes are in `runners/trial/request.ts`.
 *
 * - The arguments of a worker are the files that hold its `WorkerRequest`s: one, or those of a cohort.
 * - Standard output carries `WorkerMessage`s, one JSON line each; standard error goes to `worker.log`.
 * - Standard input is a pipe that the parent keeps open and never writes to. Its end means that the parent is gone:
 *   checkpoint, journal `end: cancelled` and exit with 130. Writing to standard output then fails with EPIPE: ignore it.
 * - SIGTERM means the same on request; the worker has the grace period for it, then it is killed.
 * - SIGINT is ignored: a terminal sends it to every process of the group, but only the parent decides.
 * - The file `heartbeat` of the run's folder is touched every two seconds by a thread that training cannot block.
 * - Every message names its trial. Of a cohort a trial may end long before its process does.
 * - The journal's `end` line, where there is one, says how the run ended; the last message and the exit code speak where
 *   there is none.
 */

const types: ReadonlySet<WorkerMessage['type']> = new Set(['progress', 'epoch', 'lost', 'end']);

/** A line of a worker's standard output; undefined for anything that is no message (a library that prints). */
export function parseWorkerMessage(line: string): WorkerMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(line) as { readonly type?: Json };
    return types.has(value.type as WorkerMessage['type'])
      ? (value as unknown as WorkerMessage)
      : undefined;
  } catch {
    return undefined;
  }
}
