import { join } from 'node:path';
import type { RunId } from './journal-types.ts';
import { runFiles } from './request.ts';
import type { Scale, TrialId } from './spec.ts';

/**
 * Where things lie in a workspace:
 *
 *     results.duckdb
 *     kept/<key>/store.json, entries.bin
 *     runs/plans/<suite>@<scale>.json
 *     runs/numerics/<fingerprint>.json
 *     runs/<trial>/<run>/journal.jsonl, heartbeat, request.json, worker.log, lock.<n>, checkpoints
 */
export function runsFolder(workspace: string): string {
  return join(workspace, 'runs');
}

/** Outputs of teachers that are kept, which can all be computed again. */
export function keptFolder(workspace: string): string {
  return join(workspace, 'kept');
}

export function plansFolder(workspace: string): string {
  return join(runsFolder(workspace), 'plans');
}

export function planFile(workspace: string, suite: string, scale: Scale): string {
  return join(plansFolder(workspace), `${suite}@${scale}.json`);
}

/** What the numerics of runs with this fingerprint were computed from: a `NumericsRecord`. */
export function numericsFile(workspace: string, fingerprint: string): string {
  return join(runsFolder(workspace), 'numerics', `${fingerprint}.json`);
}

export function trialFolder(workspace: string, trial: TrialId): string {
  return join(runsFolder(workspace), trial);
}

export function runFolder(workspace: string, trial: TrialId, run: RunId): string {
  return join(trialFolder(workspace, trial), run);
}

export function journalFile(folder: string): string {
  return join(folder, runFiles.journal);
}

/** Touched every two seconds by a living worker. */
export function heartbeatFile(folder: string): string {
  return join(folder, runFiles.heartbeat);
}

/** What the executor asked of the worker: a `WorkerRequest`. */
export function requestFile(folder: string): string {
  return join(folder, runFiles.request);
}

/** What the worker wrote to standard error, over all its starts. */
export function workerLogFile(folder: string): string {
  return join(folder, runFiles.log);
}

/** The final weights of a completed run. */
export function modelFile(folder: string): string {
  return join(folder, runFiles.model);
}

/** The name of one measurement of a trial. */
export function runIdOf(trial: TrialId, fingerprint: string, attempt: number): RunId {
  return `${trial}-${fingerprint.slice(0, 8)}-${attempt}`;
}

/** The parts of a run's name, or undefined for a folder that is no run. */
export function parseRunId(
  run: string,
): { trial: TrialId; fingerprint: string; attempt: number } | undefined {
  const match = /^([0-9a-f]{16})-([0-9a-f]{8})-([1-9][0-9]*)$/.exec(run);
  if (match === null) return undefined;
  return {
    trial: match[1] as string,
    fingerprint: match[2] as string,
    attempt: Number(match[3]),
  };
}
