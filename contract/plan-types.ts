import type { TypeOf } from './schema/define.ts';
import type * as schema from './schema/plan.ts';

/** One number of a table that a suite wants to measure. */
export type PlannedCell = TypeOf<typeof schema.cell>;

export type PlannedTrial = TypeOf<typeof schema.plannedTrial>;

/** What a suite claims of its own rows: one is better than another by more than an amount. */
export type PlannedClaim = TypeOf<typeof schema.claim>;

/** How a plan was asked for: enough to ask for it again from the same folder. */
export type PlanRequestRecord = TypeOf<typeof schema.asked>;

/**
 * What a suite means at one scale: pure data, made from the suite, the recipes and the data
 * identities.
 */
export type Plan = TypeOf<typeof schema.plan>;

/** A teacher whose weights the authors released, as planning needs it. */
export type ReleasedTeacherInfo = TypeOf<typeof schema.released>;
