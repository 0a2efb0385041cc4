import type { Plan } from '../../contract/plan-types.ts';
import type { ExecutorEvent } from '../../runners/executors/events.ts';
import type { MeasuredPart } from '../../suites/measured.ts';
import type { StaleCells } from '../../suites/stale.ts';
import type { Effects } from '../effects.ts';
import type { MeasuredSuite } from './measured-suite.ts';

/** Shows what an executor tells. */
export interface ProgressDisplay {
  show(event: ExecutorEvent): void;
  /** A sentence about the whole run. */
  note(line: string): void;
  /** Leaves the terminal as it was found. */
  stop(): void;
}

/** Receives the events of a run. Absent functions are not called. */
export interface RunObserver {
  /** Cells that the plan has made stale, before anything is trained. */
  stale?(cells: readonly StaleCells[]): void;
  /** How much of the plan is measured already. A night measures again and does not ask. */
  measured?(part: MeasuredPart): void;
  /** The first trial is about to begin. */
  begin?(plan: Plan): ProgressDisplay | Promise<ProgressDisplay>;
  /** A suite of several has ended; `index` counts from 0. */
  suiteEnded?(name: string, suite: MeasuredSuite, index: number, suites: number): void;
}

/** The effects of `run` and `nightly`. */
export interface RunEffects extends Effects {
  readonly observer: RunObserver;
}

/** A display that shows nothing. */
export const noDisplay: ProgressDisplay = { show() {}, note() {}, stop() {} };
