import type { Scale, Task, TrialId, TrialSpec } from './spec.ts';

/** One number of a table that a suite wants to measure. */
export interface PlannedCell {
  /** `<row>/<column>/<metric>`, unique within the plan; safe as a file name after encoding. */
  readonly id: string;
  /** The row as the paper prints it (`SD-KD`), and the canonical method behind it (`kd+sdd`). */
  readonly row: string;
  readonly method: string;
  /** Column id: the pair `resnet32x4__resnet8x4`, or a detector. */
  readonly column: string;
  readonly metric: string;
  /** Key of the published cell, or null with the reason why there is none. */
  readonly published: {
    readonly table: string;
    readonly row: string;
    readonly column: string;
  } | null;
  readonly noReference: string | null;
  /**
   * Why the cell's numbers may not be set against the published one: the scale, or a training that
   * departs from the published protocol, with the settings named (`epochs 12, published 240`). Null
   * where they may, and where nothing is published.
   */
  readonly notComparable: string | null;
  /**
   * The trials whose metric is this cell, one per seed. Empty with `notRun` saying what is missing.
   */
  readonly trials: readonly TrialId[];
  readonly notRun: string | null;
}

export interface PlannedTrial {
  readonly id: TrialId;
  readonly spec: TrialSpec;
  /** Trials that must be complete before (the teacher). */
  readonly after: readonly TrialId[];
  /**
   * Least accuracy (percent top-1, last epoch) a teacher needs before it may teach; null for
   * students.
   */
  readonly gate: number | null;
  readonly steps: number;
  /** Of code that is not ours: a training that takes longer is ended. Absent: no limit. */
  readonly timeoutMinutes?: number;
}

/** What a suite claims of its own rows: one is better than another by more than an amount. */
export interface PlannedClaim {
  readonly title: string;
  /** Rows of the table by name. */
  readonly row: string;
  readonly over: string;
  readonly metric: string;
  /** Where it is claimed: columns that have both rows. */
  readonly columns: readonly string[];
  /** In the metric's unit; below zero: how much worse the row may be. */
  readonly by: number;
}

/** How a plan was asked for: enough to ask for it again from the same folder. */
export interface PlanRequestRecord {
  /** Where the command was given, seen from the workspace, with slashes; empty: in it. */
  readonly folder: string;
  /** Name or path of the suite, as it was typed, without a scale. */
  readonly suite: string;
  /** Options that plan or measure otherwise than without them, as they were typed. */
  readonly options: readonly string[];
}

/**
 * What a suite means at one scale: pure data, made from the suite, the recipes and the data
 * identities.
 */
export interface Plan {
  readonly schemaVersion: 1;
  readonly suite: string;
  readonly title: string;
  readonly task: Task;
  readonly scale: Scale;
  /**
   * Why nothing at this scale is comparable, in the suite's words; null at paper scale, where each
   * cell says it for itself.
   */
  readonly notComparable: string | null;
  /** Equivalence margin per metric, in the metric's unit. */
  readonly margins: Readonly<Record<string, number>>;
  /**
   * The seeds that the suite declares at this scale, where the plan was made for others. They
   * decide: seeds that are added after the first were looked at are no part of a verdict. Absent:
   * the plan has the suite's own seeds.
   */
  readonly registeredSeeds?: readonly number[];
  /** Absent where the suite claims nothing. */
  readonly claims?: readonly PlannedClaim[];
  /** Absent in plans that no command stored, and in older ones. */
  readonly asked?: PlanRequestRecord;
  readonly columns: readonly {
    readonly id: string;
    readonly teacher: string | null;
    readonly student: string;
    /**
     * The table's own teacher, where its authors released it. Absent: none is known, or another is
     * asked for.
     */
    readonly released?: ReleasedTeacherInfo;
  }[];
  readonly rows: readonly { readonly name: string; readonly method: string }[];
  readonly cells: readonly PlannedCell[];
  readonly trials: readonly PlannedTrial[];
}

/** A teacher whose weights the authors released, as planning needs it. */
export interface ReleasedTeacherInfo {
  /** The release in reference/teachers. */
  readonly release: string;
  /** Of the imported weights; null where they are not here. */
  readonly sha256: string | null;
  /** What is missing and what to do about it; null where nothing is. */
  readonly missing: string | null;
  /** Why the network here cannot take the weights, so that they cannot teach; null where it can. */
  readonly unfit: string | null;
  /** Its printed accuracy in percent, and the metric; null where no source prints it. */
  readonly score: { readonly value: number; readonly metric: string } | null;
}
