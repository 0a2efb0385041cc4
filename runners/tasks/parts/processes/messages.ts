import type { DType, ProgramGraph } from '../../../engine/types.ts';

/** What the first process of a team asks of another. Arrays go through files. */
export type TeamRequest =
  | {
      readonly type: 'open';
      /** The program without its bytes, which are the first ones of `inputs`. */
      readonly graph: Omit<ProgramGraph, 'bytes'>;
      readonly bytes: number;
    }
  /** Its inputs are in `inputs`, its outputs go to `results`. */
  | { readonly type: 'call'; readonly name: string; readonly inputs: readonly string[] }
  /** State that goes to `results`. */
  | { readonly type: 'read'; readonly names: readonly string[] }
  /** State that is in `weights`. */
  | { readonly type: 'write'; readonly names: readonly string[] };

export type TeamReply =
  | { readonly type: 'done'; readonly outputs?: readonly Output[] }
  | { readonly type: 'failed'; readonly code: string; readonly message: string };

/** An array of `results`. */
export interface Output {
  readonly name: string;
  readonly length: number;
  readonly dtype: DType;
}

/** The descriptors under which another process than the first has its files. */
export const teamFiles = { weights: 4, inputs: 5, results: 6 };
