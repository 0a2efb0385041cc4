/** One comparison with an official number, as `redistill verify --json` prints it. */
export interface ParityCase {
  /** Path within the golden folder, `losses/kd.json`. */
  readonly file: string;
  readonly name: string;
  readonly ok: boolean;
  /**
   * Error of the quantity that comes nearest to its tolerance or exceeds it most, relative to that
   * quantity's size; Number.MAX_VALUE where shapes, names or finiteness differ.
   */
  readonly maxError: number;
  /** What `maxError` may be at most: the tolerance of that quantity. */
  readonly tolerance: number;
  /**
   * Set where the official code gave nothing to compare with; `note` says why. Such a case counts
   * neither as passed nor as failed, though it is `ok`.
   */
  readonly skipped?: true;
  /** Where it failed, or what makes the case special (a recorded non-finite value, an option). */
  readonly note?: string;
}

/** What part of the golden files a sample of `verify` checks. */
export interface ParitySample {
  readonly files: number;
  /** Golden files that a whole run checks. */
  readonly of: number;
}

/** A golden file as read: decoded JSON, gzip or not. */
export interface GoldenFile {
  readonly path: string;
  readonly content: unknown;
}

/** Checks one golden file; every case in the file gives at least one ParityCase. */
export type ParityCheck = (
  file: GoldenFile,
) => readonly ParityCase[] | Promise<readonly ParityCase[]>;
