/** Where lists look beside the checkout. */
export interface ListContext {
  /** `--data`, resolved; null without it. */
  readonly data: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One line of a list. */
export interface Listed {
  readonly name: string;
  /** One sentence or noun phrase. */
  readonly title: string;
  /** What the columns of the kind say of it, in their order. */
  readonly columns: readonly string[];
}

/** A small table inside a description, such as the hyper-parameters of a method. */
export interface Facts {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** All that is known of one name. */
export interface Description {
  readonly name: string;
  readonly title: string;
  /** Label and text, such as the paper and the official file. */
  readonly facts: readonly (readonly [label: string, text: string])[];
  readonly tables: readonly Facts[];
}

/** One kind of thing that Redistill has: suites, methods, networks ... */
export interface ListedKind {
  /** Titles of the columns beside `name`; the title comes last. */
  readonly columns: readonly string[];
  list(context: ListContext): Promise<readonly Listed[]>;
  /** @throws UsageError with the nearest name where there is none of this name */
  describe(name: string, context: ListContext): Promise<Description>;
}
