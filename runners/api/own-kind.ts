/** The sorts of kinds that a user's file may export. */
export type OwnSort =
  | 'method'
  | 'plug-in'
  | 'dense method'
  | 'network'
  | 'detector'
  | 'segmenter'
  | 'data set';

/**
 * A kind as a user's file exports it: what its author wrote, and how it becomes a kind like ours.
 * The loader checks it first, because a JavaScript file has no types.
 */
export interface OwnKind {
  readonly sort: OwnSort;
  readonly definition: unknown;
  make(checked: unknown): unknown;
}

/** @param make turns a definition that was checked into a kind; absent: it is one already */
export function ownKind<Definition>(
  sort: OwnSort,
  definition: Definition,
  make: (checked: Definition) => unknown = (checked) => checked,
): OwnKind {
  return { sort, definition, make: (checked) => make(checked as Definition) };
}

/** What a user's network says of itself beside its kind. */
export interface OwnName {
  /** Its name in suites and commands: `my-resnet14`. */
  readonly id: string;
  /** One line for lists. */
  readonly title?: string;
}
