import { resolve } from 'node:path';
import type { Scale } from '../../contract/spec.ts';
import type { ExecutorOptions } from '../../runners/executors/kinds.ts';
import type { Effects, WorkspaceOption } from '../effects.ts';
import type { OwnOptions } from '../own/use.ts';

/** Where a run trains, and what it may take. */
export interface ResourceOptions {
  /** Threads of TensorFlow per trial; default: 1. Part of the numerics fingerprint. */
  readonly threads?: number | undefined;
  /** Default: `cpu`. A GPU that is missing is an error. */
  readonly device?: 'cpu' | 'gpu' | undefined;
  /** Trials in one process that share a teacher, at most; default: as memory allows. */
  readonly cohort?: number | undefined;
  /** GiB of all processes of this machine together, or of one task of a cluster. */
  readonly maxMemory?: number | undefined;
  /**
   * GiB of disk in the workspace for outputs of teachers, which are then computed once for all
   * trials where that pays; default: none are kept.
   */
  readonly keepOutputs?: number | undefined;
  /** With `keepOutputs`: also the logits of SDD's patches, which take 21 times the room. */
  readonly keepPatches?: boolean | undefined;
  /**
   * Pictures that are worked on at a time; gradients are those of the whole batch. Refused where
   * that would change numbers. Default: the whole batch, or what the recipe says.
   */
  readonly samplesPerGpu?: number | undefined;
  /** GPUs of each training, on a processor its processes; default: 1. */
  readonly gpus?: number | undefined;
}

/** What is trained. */
export interface SelectionOptions {
  /** Default: the suite's proxy where there is one. */
  readonly scale?: Scale | undefined;
  /** Instead of the suite's. */
  readonly seeds?: readonly number[] | undefined;
  /** Train teachers even where the papers' own were released; default: false. */
  readonly ownTeachers?: boolean | undefined;
  /** Rows or methods; the teachers they need are added. Default: all. */
  readonly only?: readonly string[] | undefined;
  /** Folder with downloaded data sets; default: `$REDISTILL_DATA`. */
  readonly data?: string | undefined;
  /** Folder of checkouts of others' code, which a suite may then run. */
  readonly external?: string | undefined;
}

/** How trainings go. The options of an executor are refused by every other. */
export interface TrainingOptions extends ResourceOptions, ExecutorOptions {
  /** Measure again what diverged, failed or timed out before; default: false. */
  readonly retry?: boolean | undefined;
  /** On a GPU: products of 10 bits behind the point; default: false. */
  readonly tf32?: boolean | undefined;
  /** On a GPU: only kernels that repeat their bits, in a total order; default: false. */
  readonly deterministic?: boolean | undefined;
  /** On a GPU: steps compiled by XLA; default: false. */
  readonly xla?: boolean | undefined;
  /** Run steps operation by operation instead of as one graph; default: false. */
  readonly eager?: boolean | undefined;
  /** Least seconds between checkpoints at the ends of epochs; default: 30. */
  readonly checkpointSeconds?: number | undefined;
  /** A worker without a sign of life for longer is killed and tried again; default: 60 seconds. */
  readonly heartbeatSeconds?: number | undefined;
  /** Where to train, by its name (`redistill list executors`); default: `local`. */
  readonly executor?: string | undefined;
}

/** All options of a run except the suite's name. */
export interface RunSettings
  extends WorkspaceOption,
    SelectionOptions,
    TrainingOptions,
    OwnOptions {
  /** Store the results, and render the report; with false, store only. Default: true. */
  readonly report?: boolean | undefined;
}

/** The folder of an option as an absolute path; undefined where none was given. */
export function folderOf(
  folder: string | undefined,
  { cwd }: Pick<Effects, 'cwd'>,
): string | undefined {
  return folder === undefined ? undefined : resolve(cwd, folder);
}
