import type { Json } from '../../common/canonical.ts';
import type { EndState, RunId } from '../trial/journal-types.ts';
import type { schemaVersion, TrialSpec } from '../trial/spec.ts';

/**
 * The request of an executor to a worker process: the only argument of `runners/trial/worker.ts` is the file that
 * holds it.
 *
 * The rest of the protocol:
 * - Standard output carries `WorkerMessage`s, one JSON line each; standard error goes to `worker.log`.
 * - Standard input is a pipe that the parent keeps open and never writes to. Its end means that the parent is gone:
 *   checkpoint, journal `end: cancelled` and exit with 130.
 * - SIGTERM means the same on request; the worker has the grace period for it, then it is killed.
 * - SIGINT is ignored: a terminal sends it to every process of the group, but only the parent decides.
 * - The file `heartbeat` of the run's folder is touched every two seconds by a thread that training cannot block.
 * - Exit codes: `workerExitCodes`. The journal's `end` line, where there is one, is what counts.
 */
export interface WorkerRequest {
  readonly schemaVersion: typeof schemaVersion;
  readonly spec: TrialSpec;
  readonly runId: RunId;
  readonly attempt: number;
  /** Numerics fingerprint, 64 hexadecimal digits. */
  readonly fingerprint: string;
  readonly workspace: string;
  readonly runDirectory: string;
  readonly teacher: WorkerTeacher | null;
  readonly threads: number;
  readonly device: 'cpu' | 'gpu';
  readonly data: { readonly directory: string | null };
}

/** Where the teacher's weights lie: the folder of its completed run, or an imported file. */
export type WorkerTeacher =
  | { readonly kind: 'run'; readonly runDirectory: string }
  | { readonly kind: 'checkpoint'; readonly file: string };

export const workerExitCodes = {
  completed: 0,
  failed: 1,
  infrastructure: 3,
  cancelled: 130,
} as const;

export type WorkerMessage =
  /** At most five per second. */
  | {
      readonly type: 'progress';
      readonly epoch: number;
      readonly epochs: number;
      /** Within the epoch, from 1. */
      readonly step: number;
      /** Steps per epoch. */
      readonly steps: number;
      readonly loss: number;
    }
  | {
      readonly type: 'epoch';
      readonly epoch: number;
      readonly epochs: number;
      /** Percent, on the test split. */
      readonly top1: number | null;
      readonly loss: number;
      readonly seconds: number;
    }
  | { readonly type: 'end'; readonly state: EndState; readonly reason: string };

/** A line of a worker's standard output; undefined for anything that is no message (a library that prints). */
export function parseWorkerMessage(line: string): WorkerMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value = JSON.parse(line) as { readonly type?: Json };
    return value.type === 'progress' || value.type === 'epoch' || value.type === 'end'
      ? (value as WorkerMessage)
      : undefined;
  } catch {
    return undefined;
  }
}
