/** The sorts of kinds that a user's file may export. */
export type OwnSort = 'method' | 'plug-in' | 'dense method';

/**
 * A kind as a user's file exports it: what its author wrote, and how it becomes a kind like ours.
 * The loader checks it first, because a JavaScript file has no types.
 */
export interface OwnKind {
  readonly sort: OwnSort;
  readonly definition: unknown;
  make(checked: unknown): unknown;
}
