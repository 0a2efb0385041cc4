import type { Bfloat16 } from '../engine/bfloat16/processor.ts';

/**
 * How one thing stands. `missing`: nothing runs without it. `warning`: works, but something will go
 * slowly or wrong. `optional`: not there, and only what names it needs it.
 */
export type FindingState = 'fine' | 'optional' | 'warning' | 'missing';

/** One line of `redistill doctor`. */
export interface DoctorFinding {
  /** Stable name for programs: `node`, `tensorflow`, `device`, `threads`, `memory`, `disk`, ... */
  readonly id: string;
  readonly title: string;
  readonly state: FindingState;
  /** What was found, in words. */
  readonly value: string;
  /** What to do about it; null when there is nothing to do. */
  readonly advice: string | null;
}

/** What a process that loaded TensorFlow said of it. */
export type TensorflowFacts =
  | { readonly kind: 'loaded'; readonly version: string; readonly usesGpu: boolean }
  | { readonly kind: 'failed'; readonly reason: string };

/** Everything that is measured; judging it is `judge`. Sizes in bytes. */
export interface Facts {
  readonly node: { readonly version: string; readonly path: string };
  readonly tensorflow: TensorflowFacts;
  /** What `make setup` says it built; null where it has not. */
  readonly build: {
    readonly flavour: 'cpu' | 'cuda';
    readonly folder: string;
    /** Hash of the sources of the engine's own kernels that are in it; null: it has none. */
    readonly kernels: string | null;
  } | null;
  readonly gpus: readonly string[];
  readonly processor: {
    readonly model: string;
    readonly cores: number;
    /** What it has for bfloat16; null: nothing. */
    readonly bfloat16: Bfloat16 | null;
  };
  readonly memory: { readonly total: number; readonly available: number };
  readonly disks: readonly {
    readonly use: 'workspace' | 'cache';
    readonly folder: string;
    readonly free: number;
  }[];
  /** Versions, or why the package does not load. */
  readonly libvips: Version;
  readonly duckdb: Version;
  readonly xz: string | null;
  readonly chromium: string | null;
  readonly datasets: readonly DatasetFacts[];
}

export type Version = { readonly version: string } | { readonly reason: string };

export interface DatasetFacts {
  readonly id: string;
  readonly present: boolean;
  /** Where it is, or what to do to have it. */
  readonly note: string;
}
