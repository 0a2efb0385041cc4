import type { Unit } from '../../../contract/cohorts.ts';
import type { PlannedTrial } from '../../../contract/plan-types.ts';
import type { TrialRunOptions } from '../trial-run.ts';
import type { SubmitOptions } from './submit.ts';

export interface SlurmOptions
  extends Omit<TrialRunOptions, 'command' | 'retryPause'>,
    Omit<SubmitOptions, 'threads'> {
  /** Which of the trials that are to be trained go into one task; absent: each has its own. */
  readonly partition?: (trials: readonly PlannedTrial[]) => readonly Unit[];
  /** The file of an imported teacher by the SHA-256 of its content. */
  checkpointFile(sha256: string): string;
  /** What the end of this command (Ctrl-C, a lost connection) does to the jobs. */
  readonly onInterrupt: 'detach' | 'cancel';
  /** Submits and returns. */
  readonly detach: boolean;
  /** A sentence for people. */
  readonly notice: (line: string) => void;
}
