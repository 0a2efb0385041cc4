import type { RunLock } from '../../../common/lock.ts';
import type { PlannedTrial } from '../../../contract/plan-types.ts';
import type { TrialOutcome } from '../outcome.ts';
import type { Trainable, TrialRunOptions } from '../trial-run.ts';
import type { Slots } from './slots.ts';

/** A trial whose run this process holds the lock of. */
export interface HeldTrial {
  readonly trial: PlannedTrial;
  readonly decision: Trainable;
  readonly lock: RunLock;
}

/** What the trials of a unit share. */
export interface UnitOptions extends TrialRunOptions {
  readonly teacherWeights: string | null;
  /** The unit with the longest chain of work behind it is started first. */
  readonly priority: number;
  readonly slots: Slots;
  /** Called once for every trial, as soon as its outcome is certain. */
  readonly settle: (trial: PlannedTrial, outcome: TrialOutcome) => void;
}
