import type { Plan } from '../../contract/plan-types.ts';
import type { TrialOutcome } from '../../runners/executors/outcome.ts';
import type { EstimateCheck } from './estimate.ts';
import type { Publication } from './publish.ts';
import type { RunVerdict } from './verdict.ts';

/** A suite after its training, before anything is stored. */
export interface MeasuredSuite {
  readonly plan: Plan;
  readonly outcomes: readonly TrialOutcome[];
  readonly verdict: RunVerdict;
  /** Null where nothing was trained here. */
  readonly estimate: EstimateCheck | null;
  readonly workspace: string;
}

/** The same after storing and reporting. */
export interface EndedSuite extends MeasuredSuite {
  /** Null where trials go on: the same call stores and reports them when they have ended. */
  readonly publication: Publication | null;
  readonly seconds: number;
}

/** How a night differs from a run. */
export interface Night {
  /** Seeds whose bits are watched, measured beside the rotating ones. */
  readonly fixedSeeds: readonly number[];
  /** Whether teachers of earlier nights are kept; all else is measured again. */
  readonly keepTeachers: boolean;
}
