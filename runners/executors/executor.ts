import type { EndState, RunId } from '../../contract/journal-types.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import type { WorkerMessage } from '../../contract/request.ts';
import type { TrialId } from '../../contract/spec.ts';

/** Why a trial was not started although it was asked for. */
export type NotStarted =
  /** Its teacher is below the gate. */
  | 'failed gate'
  /** Its teacher did not complete. */
  | 'blocked';

/**
 * It has not ended: a job of the cluster trains it, or will, and the same command finds it there.
 */
export type Ongoing = 'submitted';

/** How a trial of a plan came out of `execute`. */
export interface TrialOutcome {
  readonly trial: TrialId;
  readonly state: EndState | NotStarted | Ongoing;
  /** Nothing was computed now: an earlier run of the same numerics fingerprint has this state. */
  readonly reused: boolean;
  /** One sentence; empty for a completed trial. */
  readonly reason: string;
  readonly run: RunId | null;
  /** The task's headline metric: percent on the test split, last epoch. */
  readonly headline: number | null;
  /** Wall time spent on it now. */
  readonly seconds: number;
}

/** What an executor tells while it works; trials are those of the plan. */
export type ExecutorEvent =
  | {
      readonly type: 'started';
      readonly trial: PlannedTrial;
      readonly run: RunId;
      /** Epochs already done when an interrupted run goes on; 0 for a new one. */
      readonly doneEpochs: number;
      /** Trials of the same process, this one included; absent for one. */
      readonly students?: number;
    }
  | {
      readonly type: 'message';
      readonly trial: PlannedTrial;
      readonly message: Exclude<WorkerMessage, { type: 'end' }>;
    }
  | {
      readonly type: 'retrying';
      readonly trial: PlannedTrial;
      readonly reason: string;
      readonly retry: number;
      readonly retries: number;
    }
  /** Its cohort was too large for the machine's memory and is trained in two parts. */
  | {
      readonly type: 'parted';
      readonly trial: PlannedTrial;
      readonly reason: string;
      readonly students: number;
    }
  /** Another command trains it: it is waited for. */
  | { readonly type: 'elsewhere'; readonly trial: PlannedTrial; readonly holder: string }
  | { readonly type: 'finished'; readonly trial: PlannedTrial; readonly outcome: TrialOutcome };

export type ExecutorListener = (event: ExecutorEvent) => void;

/** Limits on a worker, in seconds. */
export interface WorkerLimits {
  /** Between SIGTERM and SIGKILL. */
  readonly grace: number;
  /** A worker whose heartbeat is older is killed. */
  readonly heartbeat: number;
  /**
   * A worker that says nothing on standard output for longer is killed: its training thread hangs.
   */
  readonly silence: number;
}

/** Below the ten seconds within which a Ctrl-C must have ended everything. */
export const defaultLimits: WorkerLimits = { grace: 8, heartbeat: 60, silence: 1800 };
