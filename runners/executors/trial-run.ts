import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomic } from '../../common/files.ts';
import type { PlannedTrial } from '../../suites/plan-types.ts';
import { headlineOf } from '../tasks/headline.ts';
import { acquireLock, describeHolder, orphan, type RunLock } from '../trial/lock.ts';
import { requestFile, runFolder } from '../trial/paths.ts';
import type { WorkerRequest } from '../trial/request.ts';
import { type Decision, decide } from '../trial/reuse.ts';
import { type RunState, readRunState } from '../trial/run-state.ts';
import { classifyExit } from './exit.ts';
import type { Slots } from './slots.ts';
import type { ExecutorListener, TrialOutcome, WorkerLimits } from './types.ts';
import { runWorker, type WorkerCommand } from './worker-process.ts';

/** What all trials of one execution share. */
export interface TrialRunOptions {
  /** Absolute. */
  readonly workspace: string;
  /** Numerics fingerprint, 64 hexadecimal digits: runs of the same are reused. */
  readonly fingerprint: string;
  readonly threads: { readonly intra: number; readonly inter: number };
  readonly device: 'cpu' | 'gpu';
  readonly dataFolder: string | null;
  readonly mode: 'recorded' | 'eager';
  readonly checkpointSeconds: number;
  /** Measures again what failed, diverged or timed out before. */
  readonly retryEnded: boolean;
  /** Results from before this time (ISO 8601 UTC) are not reused but measured again; null or absent reuses all. */
  readonly since?: string | null;
  /** With `since`: teachers are reused all the same. */
  readonly keepTeachers?: boolean;
  /** How often an infrastructure failure is tried again, and the pause before, in seconds. */
  readonly retries: number;
  readonly retryPause: number;
  readonly limits: WorkerLimits;
  readonly command: WorkerCommand;
  readonly signal: AbortSignal;
  readonly killSignal: AbortSignal;
  readonly listener: ExecutorListener;
}

type DecisionOptions = Pick<
  TrialRunOptions,
  'workspace' | 'fingerprint' | 'retryEnded' | 'since' | 'keepTeachers'
>;

/** Seconds between two looks at a run that another command trains. */
const elsewherePause = 1;

/**
 * Brings one trial to its end: reuses what was measured, waits for another command that trains it, resumes what was
 * interrupted, or trains it in a worker process, with retries after infrastructure failures.
 */
export async function runTrial(
  trial: PlannedTrial,
  teacherWeights: string | null,
  priority: number,
  slots: Slots,
  options: TrialRunOptions,
): Promise<TrialOutcome> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  let toldElsewhere = false;
  let waitedForOrphan = 0;
  for (;;) {
    const seen = decideFor(trial, options);
    if (seen.kind === 'reuse' || seen.kind === 'ended') return reusedOutcome(trial, seen);
    const giveBack = await slots.acquire(priority);
    try {
      if (options.signal.aborted) return notStarted(trial, seen);
      const folder = folderOf(trial, seen, options);
      const attempt = acquireLock(folder);
      if (attempt.kind === 'held') {
        try {
          // Another command may have trained it between the decision and the lock.
          const decision = decideFor(trial, options);
          if (!sameRun(seen, decision)) continue;
          return await trainLocked(trial, decision, teacherWeights, attempt.lock, options, seconds);
        } finally {
          attempt.lock.release();
        }
      }
      if (!toldElsewhere) {
        toldElsewhere = true;
        const holder = describeHolder(attempt.holder, hostname());
        options.listener({ type: 'elsewhere', trial, holder });
      }
      // The worker of a command that was killed ends by itself; one that hangs would keep the trial for ever.
      const left = orphan(attempt.holder);
      waitedForOrphan = left === undefined ? 0 : waitedForOrphan + elsewherePause;
      if (left !== undefined && waitedForOrphan > options.limits.grace) killProcess(left.pid);
    } finally {
      giveBack();
    }
    await sleep(elsewherePause * 1000, undefined, { signal: options.signal }).catch(() => {});
  }
}

export type Trainable = Extract<Decision, { kind: 'resume' | 'new' }>;

async function trainLocked(
  trial: PlannedTrial,
  decision: Trainable,
  teacherWeights: string | null,
  lock: RunLock,
  options: TrialRunOptions,
  seconds: () => number,
): Promise<TrialOutcome> {
  const run = runOf(decision);
  const folder = folderOf(trial, decision, options);
  mkdirSync(folder, { recursive: true });
  const request = workerRequest(trial, decision, teacherWeights, options);
  writeFileAtomic(requestFile(folder), `${JSON.stringify(request, null, 2)}\n`);
  for (let retry = 0; ; retry += 1) {
    const before = readRunState(folder);
    const doneEpochs = before.lastEpoch?.epoch ?? 0;
    options.listener({ type: 'started', trial, run, doneEpochs });
    const exit = await runWorker({
      command: options.command,
      requestFile: requestFile(folder),
      folder,
      limits: options.limits,
      signal: options.signal,
      killSignal: options.killSignal,
      onStart: (pid) => lock.setWorker(pid),
      onMessage: (message) => {
        if (message.type !== 'end') options.listener({ type: 'message', trial, message });
      },
    });
    lock.clearWorker();
    const after = readRunState(folder);
    const { state, reason } = classifyExit(exit, after, before.lines, options.signal.aborted);
    if (state !== 'infrastructure' || retry >= options.retries || options.signal.aborted) {
      return outcome(trial, after, state, reason, seconds());
    }
    const retries = options.retries;
    options.listener({ type: 'retrying', trial, reason, retry: retry + 1, retries });
    await sleep(options.retryPause * 1000, undefined, { signal: options.signal }).catch(() => {});
    if (options.signal.aborted) return outcome(trial, after, 'cancelled', reason, seconds());
  }
}

/** What a worker is asked, to begin or to go on with a trial. */
export function workerRequest(
  trial: PlannedTrial,
  decision: Trainable,
  teacherWeights: string | null,
  options: Pick<
    TrialRunOptions,
    'workspace' | 'fingerprint' | 'threads' | 'device' | 'dataFolder' | 'mode' | 'checkpointSeconds'
  >,
): WorkerRequest {
  return {
    schemaVersion: 1,
    spec: trial.spec,
    trial: trial.id,
    run: runOf(decision),
    attempt: decision.attempt,
    fingerprint: options.fingerprint,
    runDirectory: folderOf(trial, decision, options),
    teacherWeights,
    threads: options.threads,
    device: options.device,
    dataFolder: options.dataFolder,
    mode: options.mode,
    checkpointSeconds: options.checkpointSeconds,
  };
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** What is to be done for a trial under these options. */
export function decideFor(trial: PlannedTrial, options: DecisionOptions): Decision {
  const { workspace, fingerprint, retryEnded, since = null, keepTeachers = false } = options;
  const kept = keepTeachers && trial.spec.role === 'teacher';
  return decide(workspace, trial.id, fingerprint, retryEnded, kept ? null : since);
}

export function runOf(decision: Trainable): string {
  return decision.kind === 'new' ? decision.run : decision.run.run;
}

function folderOf(
  trial: PlannedTrial,
  decision: Trainable,
  options: Pick<TrialRunOptions, 'workspace'>,
): string {
  return runFolder(options.workspace, trial.id, runOf(decision));
}

/** A new run whose folder the lock has just made is now seen as one to resume: it is the same run. */
function sameRun(seen: Trainable, now: Decision): now is Trainable {
  return (now.kind === 'new' || now.kind === 'resume') && runOf(now) === runOf(seen);
}

export function outcome(
  trial: PlannedTrial,
  state: RunState,
  end: TrialOutcome['state'],
  reason: string,
  seconds: number,
): TrialOutcome {
  return {
    trial: trial.id,
    state: end,
    reused: false,
    reason: end === 'completed' ? '' : reason,
    run: state.run,
    headline: headlineOf(trial.spec.task, state.lastEpoch?.metrics) ?? null,
    seconds,
  };
}

export function reusedOutcome(
  trial: PlannedTrial,
  decision: Extract<Decision, { kind: 'reuse' | 'ended' }>,
): TrialOutcome {
  const end = decision.kind === 'reuse' ? 'completed' : decision.state;
  const reason = decision.run.end?.reason ?? '';
  return { ...outcome(trial, decision.run, end, reason, 0), reused: true };
}

function notStarted(trial: PlannedTrial, decision: Trainable): TrialOutcome {
  return {
    trial: trial.id,
    state: 'cancelled',
    reused: false,
    reason: 'Not started.',
    run: decision.kind === 'resume' ? decision.run.run : null,
    headline: null,
    seconds: 0,
  };
}
