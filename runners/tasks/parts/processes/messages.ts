import type { DType, ProgramGraph } from '../../../engine/types.ts';

/** What the first process of a team asks of another. Arrays go through files. */
export type TeamRequest =
  | {
      readonly type: 'open';
      /** Folder of `teamFiles`. */
      readonly folder: string;
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

/** Files of a folder: one of all processes, and two of each other one by its number. */
export const teamFiles = {
  weights: 'weights',
  inputs: (process: number) => `inputs${process}`,
  results: (process: number) => `results${process}`,
};
