import type { Json } from '../../../common/canonical.ts';
import type { DenseBatch, Targets } from './batch.ts';

/**
 * Makes what a task's loss needs of a batch, in the loader's thread. A module exports it as
 * `createTargetMaker`; the thread loads it by its address, since functions cannot be sent.
 */
export type TargetMaker = (
  batch: DenseBatch,
  place: { epoch: number; seed: number | null },
) => Targets;

/** Where a target maker is and what it is made with. */
export interface TargetModule {
  /** Address of the module, `codeUrl(new URL('./retina-maker.ts', import.meta.url)).href`. */
  readonly module: string;
  readonly options: Json;
}

export interface TargetModuleExports {
  createTargetMaker(options: Json): TargetMaker | Promise<TargetMaker>;
}
