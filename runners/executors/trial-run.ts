import { RedistillError, systemTrouble } from '../../common/errors.ts';
import { headlineOf } from '../../contract/headline.ts';
import type { OwnFile } from '../../contract/own-kinds.ts';
import type { BatchParts } from '../../contract/parts.ts';
import { runFolder } from '../../contract/paths.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import type { GpuSettings, KeptOutputs, WorkerRequest } from '../../contract/request.ts';
import { decide, type ReuseDecision } from '../../contract/reuse.ts';
import type { RunState } from '../../contract/run-state.ts';
import type { BackboneRef, TrialSpec } from '../../contract/spec.ts';
import type { ExecutorListener } from './events.ts';
import type { WorkerLimits } from './limits.ts';
import type { TrialOutcome } from './outcome.ts';
import type { WorkerCommand } from './worker-process.ts';

/** What all trials of one execution share. */
export interface TrialRunOptions {
  /** Absolute. */
  readonly workspace: string;
  /** A trial's numerics fingerprint, 64 hexadecimal digits: runs of the same are reused. */
  fingerprintOf(spec: TrialSpec): string;
  /**
   * Called before a worker is started: throws where the sources are no longer those of
   * the fingerprints, because what it would compute is something else. Absent: not looked at.
   *
   * @throws RedistillError
   */
  readonly confirmNumerics?: () => void;
  readonly threads: { readonly intra: number; readonly inter: number };
  readonly device: 'cpu' | 'gpu';
  /**
   * Names of the GPUs for `CUDA_VISIBLE_DEVICES`; each worker sees those of its slot alone.
   * Absent: what this process sees.
   */
  readonly gpus?: readonly string[];
  /** GPUs of a slot. Absent: one. */
  readonly gpusEach?: number;
  /** How a trial's batches are worked off; null: each as a whole. Absent: as its recipe says. */
  partsOf?(spec: TrialSpec): BatchParts | null;
  readonly dataFolder: string | null;
  /**
   * The file of the weights that a trial's backbone starts with. @throws RedistillError where it is
   * missing or changed
   */
  backboneFile(backbone: BackboneRef): string;
  /** The user's files whose kinds a trial uses. Absent: none has any. */
  ownFilesOf?(spec: TrialSpec): readonly OwnFile[];
  /** Folder of the checkouts of code that is not ours; absent or null where none was given. */
  readonly externalFolder?: string | null;
  /** Where the outputs of a trial's teacher are kept. Absent or null: nowhere. */
  keptOutputsOf?(trial: PlannedTrial): KeptOutputs | null;
  readonly mode: 'recorded' | 'eager';
  /** How a GPU computes; absent on a CPU. */
  readonly gpu?: GpuSettings;
  readonly checkpointSeconds: number;
  /** Measures again what failed, diverged or timed out before. */
  readonly retryEnded: boolean;
  /**
   * Results from before this time (ISO 8601 UTC) are not reused but measured again; null or absent
   * reuses all.
   */
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

/** What decides which earlier runs count. */
export type DecisionOptions = Pick<
  TrialRunOptions,
  'workspace' | 'fingerprintOf' | 'retryEnded' | 'since' | 'keepTeachers'
>;

export type Trainable = Extract<ReuseDecision, { kind: 'resume' | 'new' }>;

/** What a worker is asked, to begin or to go on with a trial. */
export function workerRequest(
  trial: PlannedTrial,
  decision: Trainable,
  teacherWeights: string | null,
  options: Pick<
    TrialRunOptions,
    | 'workspace'
    | 'fingerprintOf'
    | 'threads'
    | 'device'
    | 'dataFolder'
    | 'backboneFile'
    | 'externalFolder'
    | 'ownFilesOf'
    | 'keptOutputsOf'
    | 'partsOf'
    | 'mode'
    | 'gpu'
    | 'checkpointSeconds'
  >,
): WorkerRequest {
  const ownFiles = options.ownFilesOf?.(trial.spec) ?? [];
  const keptOutputs = options.keptOutputsOf?.(trial) ?? null;
  const parts = options.partsOf?.(trial.spec) ?? null;
  return {
    schemaVersion: 1,
    spec: trial.spec,
    trial: trial.id,
    run: runOf(decision),
    attempt: decision.attempt,
    fingerprint: options.fingerprintOf(trial.spec),
    runDirectory: folderOf(trial, decision, options),
    teacherWeights,
    ...(trial.spec.backbone === undefined
      ? {}
      : { backboneWeights: options.backboneFile(trial.spec.backbone) }),
    threads: options.threads,
    device: options.device,
    dataFolder: options.dataFolder,
    mode: options.mode,
    ...(options.gpu !== undefined && { gpu: options.gpu }),
    checkpointSeconds: options.checkpointSeconds,
    ...(ownFiles.length > 0 && { ownFiles }),
    ...(keptOutputs !== null && { keptOutputs }),
    ...(parts !== null && { parts }),
    ...(trial.spec.external === undefined || options.externalFolder == null
      ? {}
      : {
          external: {
            folder: options.externalFolder,
            timeoutMinutes: trial.timeoutMinutes ?? null,
          },
        }),
  };
}

/** What is to be done for a trial under these options. */
export function decideFor(trial: PlannedTrial, options: DecisionOptions): ReuseDecision {
  const { workspace, fingerprintOf, retryEnded, since = null, keepTeachers = false } = options;
  const kept = keepTeachers && trial.spec.role === 'teacher';
  return decide(workspace, trial.id, fingerprintOf(trial.spec), retryEnded, kept ? null : since);
}

export function runOf(decision: Trainable): string {
  return decision.kind === 'new' ? decision.run : decision.run.run;
}

export function folderOf(
  trial: PlannedTrial,
  decision: Trainable,
  options: Pick<TrialRunOptions, 'workspace'>,
): string {
  return runFolder(options.workspace, trial.id, runOf(decision));
}

/**
 * A new run whose folder the lock has just made is now seen as one to resume: it is the same run.
 */
export function sameRun(seen: Trainable, now: ReuseDecision): now is Trainable {
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
  decision: Extract<ReuseDecision, { kind: 'reuse' | 'ended' }>,
): TrialOutcome {
  const end = decision.kind === 'reuse' ? 'completed' : decision.state;
  const reason = decision.run.end?.reason ?? '';
  return { ...outcome(trial, decision.run, end, reason, 0), reused: true };
}

export function notStarted(trial: PlannedTrial, decision: ReuseDecision): TrialOutcome {
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

/**
 * A damaged journal or a disk that cannot be written is that trial's trouble; anything else is a
 * defect of ours.
 */
export function unusable(trial: PlannedTrial, error: unknown): TrialOutcome {
  const known = error instanceof RedistillError ? error : systemTrouble(error);
  if (known === null) throw error;
  const reason = [known.message, known.hint].filter(Boolean).join(' ');
  const none = { trial: trial.id, reused: false, run: null, headline: null, seconds: 0 };
  return { ...none, state: 'infrastructure', reason };
}
