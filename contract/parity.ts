import type { TypeOf } from './schema/define.ts';
import type * as schema from './schema/records.ts';

/** One comparison with an official number, as `redistill verify --json` prints it. */
export type ParityCase = TypeOf<typeof schema.parityCase>;

/** What one `redistill verify` found, and where: a whole one, or a sample that says so. */
export type ParityRecord = TypeOf<typeof schema.parity>;

/** What part of the golden files a sample of `verify` checks. */
export type ParitySample = TypeOf<typeof schema.paritySample>;

/** A golden file as read: decoded JSON, gzip or not. */
export interface GoldenFile {
  readonly path: string;
  readonly content: unknown;
}

/** Checks one golden file; every case in the file gives at least one ParityCase. */
export type ParityCheck = (
  file: GoldenFile,
) => readonly ParityCase[] | Promise<readonly ParityCase[]>;
