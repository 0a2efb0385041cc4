import type { EndState, RunId } from '../../contract/journal-types.ts';
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
