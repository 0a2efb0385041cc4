import { lookUp } from '../../common/look-up.ts';
import type { SchemaCheck } from '../../common/schema-problems.ts';
import * as messageChecks from '../../contract/checks/message.generated.ts';
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

const checks: Readonly<Record<WorkerMessage['type'], SchemaCheck>> = messageChecks;

/**
 * A line of a worker's standard output; undefined for anything that is no message, whole and of the
 * types that it has: a library may print JSON as well.
 */
export function parseWorkerMessage(line: string): WorkerMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  let value: { readonly type?: unknown };
  try {
    value = JSON.parse(line) as typeof value;
  } catch {
    return undefined;
  }
  const { type } = value;
  const check = typeof type === 'string' ? lookUp(checks, type) : undefined;
  return check?.(value) ? (value as WorkerMessage) : undefined;
}
