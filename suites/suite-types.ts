import type { TypeOf } from '../contract/schema/define.ts';
import type { external, overrides, part, recipe, scale, suiteFile } from './suite-schema.ts';

/** A suite file as `suite.schema.json` describes it. */
export type SuiteFile = TypeOf<typeof suiteFile>;

/** Training code that is not ours (docs/external.md). */
export type SuiteExternal = TypeOf<typeof external>;

export type SuiteColumn = SuiteFile['columns'][number];
export type SuiteRow = SuiteFile['rows'][number];

/** One row is better than another, over the same seeds. */
export type SuiteClaim = NonNullable<SuiteFile['claims']>[number];

/** An exception for some rows and columns. */
export type SuiteOverride = TypeOf<typeof overrides>[number];

/** A recipe by name, with or without changes. */
export type SuiteRecipe = TypeOf<typeof recipe>;

/**
 * Published cells that nothing here can train: they are planned with the reason, and never dropped.
 */
export type SuiteRefusal = NonNullable<SuiteFile['notRun']>[number];

/** The cells in these rows and columns; what is not named is not restricted. */
export type SuitePart = TypeOf<typeof part>;

export type SuiteScale = TypeOf<typeof scale>;
