/** One comparison with an official number, as `redistill verify --json` prints it. */
export interface ParityCase {
  /** Path within the golden folder, `losses/kd.json`. */
  readonly file: string;
  readonly name: string;
  readonly ok: boolean;
  /** Largest error over everything the case compares, in units of that quantity's tolerance scale (see `tolerance`). */
  readonly maxError: number;
  /** What `maxError` may be at most. */
  readonly tolerance: number;
  /** Where it failed, or what makes the case special (a recorded non-finite value, an option). */
  readonly note?: string;
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
