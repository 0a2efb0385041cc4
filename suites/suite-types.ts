import type { Hyper, Scale, Task } from '../contract/spec.ts';
import type { RecipeOverrides } from '../reference/recipes/loader.ts';

/** A suite file as `suite.schema.json` describes it. */
export interface SuiteFile {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly title: string;
  readonly about?: string;
  readonly task: Task;
  /** One published table, or one per metric. */
  readonly table?: string | Readonly<Record<string, string>>;
  readonly excerpt?: string;
  readonly noReference?: string;
  /** Whose code trains; default ours. */
  readonly implementation?: 'redistill' | 'external';
  readonly external?: SuiteExternal;
  readonly metrics: Readonly<Record<string, { readonly margin: number }>>;
  readonly claims?: readonly SuiteClaim[];
  readonly columns: readonly SuiteColumn[];
  readonly rows: readonly SuiteRow[];
  readonly exclude?: readonly { readonly row?: string; readonly column?: string }[];
  readonly notRun?: readonly SuiteRefusal[];
  readonly overrides?: readonly SuiteOverride[];
  readonly scales: Readonly<Partial<Record<Scale, SuiteScale>>>;
}

/** Training code that is not ours (docs/external.md). */
export interface SuiteExternal {
  readonly repository: string;
  readonly commit: string;
  readonly dirty?: 'refuse' | 'record';
  readonly command: readonly string[];
  readonly teacherCommand?: readonly string[];
  /** Arguments that follow the command of a row. */
  readonly rows?: Readonly<Record<string, readonly string[]>>;
  readonly environment?: {
    readonly pass?: readonly string[];
    readonly set?: Readonly<Record<string, string>>;
  };
  readonly log: {
    readonly file?: string;
    readonly firstEpoch?: 0 | 1;
    readonly format?: 'mdistiller';
    readonly patterns?: readonly { readonly starts: string; readonly pattern: string }[];
  };
  readonly names?: Readonly<Record<string, string>>;
  readonly timeoutMinutes?: number;
}

export interface SuiteColumn {
  readonly id: string;
  readonly teacher?: string | null;
  readonly student?: string;
  readonly gate?: number;
}

export interface SuiteRow {
  readonly name: string;
  readonly method?: string;
  readonly role?: 'student' | 'teacher';
  readonly published?: { readonly table?: string; readonly row?: string };
  readonly noReference?: string;
  readonly hyper?: Hyper;
}

/** One row is better than another, over the same seeds. */
export interface SuiteClaim {
  readonly row: string;
  readonly over: string;
  /** Default: the first metric of the suite. */
  readonly metric?: string;
  /** Default: every column. */
  readonly columns?: readonly string[];
  /** Default 0; below zero it bounds a loss. */
  readonly by?: number;
  readonly title?: string;
}

/** An exception for some rows and columns. */
export interface SuiteOverride {
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
  readonly hyper?: Hyper;
  /** Changes to the scale's recipe, or the name of another one. */
  readonly recipe?: RecipeOverrides | string;
}

export type SuiteRecipe = string | { readonly name: string; readonly overrides?: RecipeOverrides };

/**
 * Published cells that nothing here can train: they are planned with the reason, and never dropped.
 */
export interface SuiteRefusal {
  readonly rows: readonly string[];
  readonly columns?: readonly string[];
  readonly because: string;
}

/** The cells in these rows and columns; what is not named is not restricted. */
export interface SuitePart {
  readonly rows?: readonly string[];
  readonly columns?: readonly string[];
}

export interface SuiteScale {
  readonly dataset: string;
  readonly recipe: SuiteRecipe;
  readonly seeds: readonly number[];
  readonly teacher?: {
    /**
     * Of the one teacher of a pair; with `seeds` there is one teacher per entry, and the students
     * have them in turn.
     */
    readonly seed?: number;
    readonly seeds?: readonly number[];
    readonly recipe?: SuiteRecipe;
  };
  readonly notComparable?: string;
  readonly gate?: number;
  readonly columns?: Readonly<
    Record<
      string,
      {
        readonly teacher?: string | null;
        readonly student?: string;
        readonly gate?: number;
        readonly checkpoint?: string;
      }
    >
  >;
  readonly only?: SuitePart | readonly SuitePart[];
  readonly overrides?: readonly SuiteOverride[];
}
