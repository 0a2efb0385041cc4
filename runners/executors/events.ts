import type { RunId } from '../../contract/journal-types.ts';
import type { PlannedTrial } from '../../contract/plan-types.ts';
import type { WorkerMessage } from '../../contract/request.ts';
import type { TrialOutcome } from './outcome.ts';

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
