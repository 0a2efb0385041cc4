import type { CountedRemark } from './pictures/remarks.ts';

export interface DataOptions {
  /** `--data`: a folder with data sets, or one archive. Without it, REDISTILL_DATA. */
  readonly folder?: string | null | undefined;
  /** Where REDISTILL_DATA and the cache are looked up. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Sentences worth telling: a damaged cache entry that is made again. */
  readonly notice?: (message: string) => void;
  /** Progress of the first reading of many pictures. */
  readonly progress?: (done: number, total: number) => void;
}

/** What `redistill data list` and `doctor` show of a data set. */
export interface DatasetStatus {
  readonly id: string;
  readonly title: string;
  readonly present: boolean;
  /** The file, the folder, or `generated`; null where it is missing. */
  readonly where: string | null;
  /** In which form it is there, in words; null where that is not known without reading it. */
  readonly form: string | null;
  /**
   * What to do about a missing set, or about the first use of a present one; null where there is
   * nothing to do.
   */
  readonly todo: string | null;
  readonly classes: number;
  readonly train: number;
  readonly test: number;
  /** Whether its decoded pixels are cached: loading takes less than a second. */
  readonly cached: boolean;
  /** What was remarkable about its pictures; empty where they are not cached. */
  readonly remarks: readonly CountedRemark[];
}

/** What `redistill data verify` found. */
export interface VerifiedData {
  /** The data hash. */
  readonly hash: string;
  /** The file, the folder, or `generated`. */
  readonly where: string;
  /** In which form it is there, in words; null where there is only one. */
  readonly form: string | null;
}
