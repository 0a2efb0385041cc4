import type { TypeOf } from './schema/define.ts';
import type { ownFile } from './schema/own-file.ts';

/** A user's file that brings kinds of their own, as journals, plans and reports name it. */
export type OwnFileRecord = TypeOf<typeof ownFile>;

/** The same for the process that loads it. */
export interface OwnFile extends OwnFileRecord {
  /** Absolute. */
  readonly path: string;
  /** As whoever named it typed it: for messages. */
  readonly label: string;
}

/** The part of it that goes into journals. */
export function ownFileRecord({ file, sha256, kinds, commit, dirty }: OwnFile): OwnFileRecord {
  return { file, sha256, kinds, commit, dirty };
}
